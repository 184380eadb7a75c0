import type { DroverError } from '../../model/errors.ts'
import type { Verdict, WorkloadName } from '../../rollout/index.ts'

export interface JunitCase {
  workload: WorkloadName & { cluster?: string }
  verdict?: Verdict
  error?: DroverError
  skipped?: boolean
}

/** JUnit XML: one suite with a case per workload. */
export function junitText(cases: readonly JunitCase[]): string {
  const bodies = cases.map(caseText)
  const failures = bodies.filter((body) => body.includes('<failure')).length
  const errors = bodies.filter((body) => body.includes('<error')).length
  const counts = `tests="${cases.length}" failures="${failures}" errors="${errors}"`
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="drover" ${counts}>\n${bodies.join('')}</testsuite>\n`
}

function caseText({ workload, verdict, error, skipped }: JunitCase): string {
  const { kind, namespace, name, cluster } = workload
  const place = cluster === undefined ? namespace : `${cluster}/${namespace}`
  const head = `  <testcase classname="${escape(place)}" name="${escape(`${kind}/${name}`)}" time="${verdict?.seconds ?? 0}">`
  return `${head}${outcome(verdict, error, skipped)}</testcase>\n`
}

function outcome(verdict?: Verdict, error?: DroverError, skipped?: boolean): string {
  if (skipped) return '<skipped message="another one failed"/>'
  if (error) return `<error type="${error.code}" message="${escape(error.message)}"/>`
  if (!verdict || ['succeeded', 'unchanged', 'accepted'].includes(verdict.verdict)) return ''
  const evidence = 'evidence' in verdict ? [...verdict.evidence.events, ...verdict.evidence.log].join('\n') : ''
  const type = 'reason' in verdict ? verdict.reason : verdict.verdict
  return `<failure type="${escape(type)}" message="${escape(verdict.message)}">${escape(evidence)}</failure>`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
}

/** XML allows no control characters, which a container may well log. */
function escape(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what is removed
  const allowed = text.replaceAll(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g, '')
  return allowed.replaceAll(/[&<>"\n]/g, (one) => entities[one] ?? one)
}
