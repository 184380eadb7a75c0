import { judge } from '../model/judge/judge.ts'
import { ownRevisions, revisionNumber } from '../model/judge/revisions.ts'
import type { RolloutSnapshot } from '../model/judge/snapshot.ts'
import type { KubeObject } from '../model/kube-object.ts'
import type { WorkloadKind } from '../model/workload-kinds.ts'
import type { CallSettings, Target } from './target.ts'
import type { WorkloadName } from './verdict.ts'

/**
 * The annotation of a workload that tells which of its revisions failed when they were rolled out, and why:
 * `3=ImageNotFound,5=CrashLoop`. A revision that is gone back to gets a new number, and with it a clean sheet.
 */
export const failedRevisionsAnnotation = 'drover.dev/failed-revisions'

/** Reasons by revision number. What others wrote into the annotation is passed over. */
export function failedRevisions({ metadata: { annotations } }: KubeObject): Map<string, string> {
  const marks = (annotations?.[failedRevisionsAnnotation] ?? '').split(',').map((mark) => mark.split('='))
  return new Map(marks.flatMap(([number = '', reason = '']) => (/^\d+$/.test(number) ? [[number, reason]] : [])))
}

/** What takes the mark from the newest revision of a Deployment that has come up after all; mostly nothing. */
export function recovery(kind: WorkloadKind, workload: KubeObject): Record<string, string> {
  const marks = failedRevisions(workload)
  if (marks.size === 0 || kind !== 'deployment') return {}
  const { state } = judge({ kind, workload, revisions: [], pods: [], events: [] })
  const newest = workload.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? ''
  return state === 'succeeded' && marks.delete(newest) ? { [failedRevisionsAnnotation]: written(marks) } : {}
}

function written(marks: ReadonlyMap<string, string>): string {
  return [...marks].map(([number, reason]) => `${number}=${reason}`).join(',')
}

/** So often a workload may change between our look and our write. */
const attempts = 3

/**
 * Notes on the workload that its newest revision failed. Answers why that could not be done, in words; a note is never
 * worth more than the verdict that it is about.
 */
export async function noteFailure(
  target: Target,
  name: WorkloadName,
  snapshot: RolloutSnapshot,
  reason: string,
  { signal }: CallSettings = {},
): Promise<string | undefined> {
  const { workload, revisions } = snapshot
  // a template that no revision has been made of cannot be gone back to
  if (judge(snapshot).progress.revision === undefined) return undefined
  const kept = ownRevisions(workload, revisions).map((revision) => String(revisionNumber(revision)))
  const [newest] = kept
  if (newest === undefined) return undefined
  try {
    for (let attempt = 1, today = workload; attempt <= attempts; attempt++) {
      const marks = failedRevisions(today).set(newest, reason)
      const annotations = { [failedRevisionsAnnotation]: written(onlyOf(marks, kept)) }
      const result = await target.write(name, today, { do: 'annotate', annotations }, { signal })
      if (result.written) return undefined
      today = result.workload
    }
    return `that revision ${newest} failed is not noted on the workload: others kept changing it`
  } catch (error) {
    signal?.throwIfAborted()
    return `that revision ${newest} failed is not noted on the workload: ${(error as Error).message}`
  }
}

/** Those that the cluster has forgotten are forgotten here too. */
function onlyOf(marks: ReadonlyMap<string, string>, kept: readonly string[]): Map<string, string> {
  return new Map([...marks].filter(([number]) => kept.includes(number)))
}
