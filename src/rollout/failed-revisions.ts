import { judge } from '../model/judge/judge.ts'
import { ownRevisions, revisionNumber } from '../model/judge/revisions.ts'
import type { RolloutSnapshot } from '../model/judge/snapshot.ts'
import type { KubeObject } from '../model/kube-object.ts'
import type { WorkloadKind } from '../model/workload-kinds.ts'
import type { CallSettings, Target } from './target.ts'
import type { WorkloadName } from './verdict.ts'

/**
 * Annotation listing the revisions that failed to roll out, and why: `3=ImageNotFound,5=CrashLoop`. A revision that is
 * restored gets a new number and so is no longer listed.
 */
export const failedRevisionsAnnotation = 'drover.dev/failed-revisions'

/** Reasons by revision number. Entries that cannot be parsed are ignored. */
export function failedRevisions({ metadata: { annotations } }: KubeObject): Map<string, string> {
  const marks = (annotations?.[failedRevisionsAnnotation] ?? '').split(',').map((mark) => mark.split('='))
  return new Map(marks.flatMap(([number = '', reason = '']) => (/^\d+$/.test(number) ? [[number, reason]] : [])))
}

/** Annotations that unmark the newest revision of a Deployment if it has become ready after all; usually none. */
export function recovery(kind: WorkloadKind, workload: KubeObject): Record<string, string> {
  const marks = failedRevisions(workload)
  if (marks.size === 0 || kind !== 'deployment') return {}
  const { state } = judge({ kind, workload, revisions: [], pods: [], events: [] })
  const newest = workload.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? ''
  return state === 'succeeded' && marks.delete(newest) ? { [failedRevisionsAnnotation]: format(marks) } : {}
}

function format(marks: ReadonlyMap<string, string>): string {
  return [...marks].map(([number, reason]) => `${number}=${reason}`).join(',')
}

/** Maximum number of writes when the workload keeps changing. */
const maxAttempts = 3

/**
 * Records on the workload that its newest revision failed. Returns a warning if that is not possible, rather than
 * raising: the verdict matters more than the record.
 */
export async function recordFailure(
  target: Target,
  name: WorkloadName,
  snapshot: RolloutSnapshot,
  reason: string,
  { signal }: CallSettings = {},
): Promise<string | undefined> {
  const { workload, revisions } = snapshot
  // a template without a revision cannot be restored
  if (judge(snapshot).progress.revision === undefined) return undefined
  const kept = ownRevisions(workload, revisions).map((revision) => String(revisionNumber(revision)))
  const [newest] = kept
  if (newest === undefined) return undefined
  try {
    for (let attempt = 1, today = workload; attempt <= maxAttempts; attempt++) {
      const marks = failedRevisions(today).set(newest, reason)
      const annotations = { [failedRevisionsAnnotation]: format(pruned(marks, kept)) }
      const result = await target.write(name, today, { do: 'annotate', annotations }, { signal })
      if (result.written) return undefined
      today = result.workload
    }
    return `revision ${newest} could not be recorded as failed: the workload kept changing`
  } catch (error) {
    signal?.throwIfAborted()
    return `revision ${newest} could not be recorded as failed: ${(error as Error).message}`
  }
}

/** Drops revisions that the cluster no longer keeps. */
function pruned(marks: ReadonlyMap<string, string>, kept: readonly string[]): Map<string, string> {
  return new Map([...marks].filter(([number]) => kept.includes(number)))
}
