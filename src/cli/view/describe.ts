import type picocolors from 'picocolors'
import type {
  ImageChange,
  Plan,
  PodView,
  RolloutProgress,
  Verdict,
  VerdictWord,
  WorkloadName,
} from '../../rollout/index.ts'

export type Colors = ReturnType<typeof picocolors.createColors>

export function nameOf({ kind, namespace, name }: WorkloadName): string {
  return `${kind}/${name} in ${namespace}`
}

export function planLines({ workload, changes, unchanged, warnings }: Plan, colors: Colors): string[] {
  return [
    colors.bold(nameOf(workload)),
    ...changes.map((change) => changeLine(change, colors)),
    ...unchanged.map((container) => `  ${container}: has that image already`),
    ...warnings.map((warning) => colors.yellow(`  warning: ${warning}`)),
  ]
}

function changeLine({ container, role, from, to }: ImageChange, colors: Colors): string {
  const shared = sharedPrefix(from, to)
  const [before, after] = [from.slice(shared.length), to.slice(shared.length)]
  const who = role === 'container' ? container : `${container} (${role})`
  return `  ${who}: ${shared}${colors.red(before)} ${colors.dim('→')} ${shared}${colors.green(after)}`
}

/** Up to the last `/`, `:` or `@` that both have: what differs is whole words. */
function sharedPrefix(one: string, other: string): string {
  let length = 0
  while (length < one.length && one[length] === other[length]) length += 1
  const prefix = one.slice(0, length)
  return prefix.slice(0, Math.max(...['/', ':', '@'].map((mark) => prefix.lastIndexOf(mark))) + 1)
}

export function progressLine({ wanted, updated, ready, old }: RolloutProgress, message: string): string {
  const waiting = old > 0 ? `, ${old} old` : ''
  return `  ${ready}/${wanted} ready, ${updated} new${waiting}: ${message}`
}

export function podLines(pods: readonly PodView[], colors: Colors): string[] {
  const width = Math.max(0, ...pods.map(({ name }) => name.length))
  return pods.map((pod) => {
    const state = pod.ready ? 'ready' : (pod.waitsFor ?? 'starting')
    const restarts = pod.restarts > 0 ? colors.yellow(` (${pod.restarts} restarts)`) : ''
    const paint = pod.new ? (pod.ready ? colors.green : colors.cyan) : colors.dim
    return `    ${paint(`${pod.name.padEnd(width)}  ${pod.new ? 'new' : 'old'}  ${state}`)}${restarts}`
  })
}

const headings: Record<VerdictWord, { word: string; paint: 'green' | 'red' | 'yellow' }> = {
  succeeded: { word: 'succeeded', paint: 'green' },
  unchanged: { word: 'unchanged', paint: 'green' },
  accepted: { word: 'accepted', paint: 'green' },
  refused: { word: 'refused', paint: 'yellow' },
  failed: { word: 'FAILED', paint: 'red' },
  'timed-out': { word: 'TIMED OUT', paint: 'red' },
}

export function verdictLines(verdict: Verdict, colors: Colors): string[] {
  const { word, paint } = headings[verdict.verdict]
  const reason = 'reason' in verdict ? ` (${verdict.reason})` : ''
  // a cluster's own words may end in anything
  const seconds = `${verdict.seconds.toFixed(1)} s`
  const said = verdict.verdict === 'succeeded' ? ` in ${seconds}` : ` (after ${seconds})`
  const took = verdict.seconds >= 0.1 ? colors.dim(said) : ''
  return [
    `${colors[paint](colors.bold(word))}${reason}: ${verdict.message}${took}`,
    ...evidenceLines(verdict, colors),
    ...wayBack(verdict, colors),
    ...(verdict.undo ? verdictLines(verdict.undo, colors).map((line) => `  undo ${line}`) : []),
  ]
}

function evidenceLines(verdict: Verdict, colors: Colors): string[] {
  if (verdict.verdict !== 'failed' && verdict.verdict !== 'timed-out') return []
  const { pod, container, evidence } = verdict
  const where = pod === undefined ? [] : [`  pod ${pod}${container === undefined ? '' : `, container ${container}`}`]
  return [
    ...where,
    ...evidence.events.slice(-5).map((event) => colors.dim(`  event: ${event}`)),
    ...evidence.log.slice(-10).map((line) => colors.dim(`  log:   ${line}`)),
  ]
}

/** The command that puts back what a failed change replaced. */
function wayBack(verdict: Verdict, colors: Colors): string[] {
  const broken = verdict.verdict === 'failed' || verdict.verdict === 'timed-out'
  if (!broken || verdict.undo || verdict.changes.length === 0) return []
  const { kind, namespace, name } = verdict.workload
  const images = verdict.changes.map(({ container, from }) => `${container}=${from}`).join(' ')
  return [`The way back: ${colors.bold(`drover set image ${kind}/${name} ${images} -n ${namespace}`)}`]
}
