import type { KubeObject } from '../kube-object.ts'
import { containersOf, podTemplateOf } from '../pod-template.ts'
import { assess, type Assessment } from './assessment.ts'
import { isControlledBy, ownRevisions, revisionNumber } from './revisions.ts'
import type { JudgeContext, Judgement, RolloutSnapshot, Trouble } from './snapshot.ts'
import { accepted, counted, inProgress, isObserved, missing } from './wording.ts'

interface DeploymentFields {
  spec: { replicas?: number; paused?: boolean; progressDeadlineSeconds?: number }
  status?: {
    replicas?: number
    updatedReplicas?: number
    availableReplicas?: number
    conditions?: Condition[]
  }
}

interface Condition {
  type: string
  status: string
  reason?: string
  message?: string
  lastUpdateTime?: string
  lastTransitionTime?: string
}

/**
 * Judges by the newest ReplicaSet (by owner and revision) and its pods. A status that predates the change is ignored.
 */
export function judgeDeployment(snapshot: RolloutSnapshot, { written }: JudgeContext): Judgement {
  const { workload, revisions } = snapshot
  const { spec, status = {} } = workload as unknown as DeploymentFields
  const { replicas: wanted = 1, paused = false } = spec
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status
  const newest = replicaSetOf(workload, revisions)
  const seen = assess(snapshot, {
    wanted,
    isNew: (pod) => newest !== undefined && isControlledBy(pod, newest),
    revision: newest && String(revisionNumber(newest)),
    available: Math.min(updatedReplicas, availableReplicas),
    owners: [workload, ...(newest ? [newest] : [])],
  })
  const { progress } = seen
  if (paused) return accepted('Paused', progress, 'it is paused; changes roll out when it is resumed')
  if (!isObserved(workload)) return { state: 'unobserved', progress }
  if (wanted === 0 && replicas === 0) {
    return accepted('ScaledToZero', progress, 'it is scaled to 0; pods start when it is scaled up')
  }
  if (updatedReplicas >= wanted && replicas <= wanted && availableReplicas >= wanted) {
    return { state: 'succeeded', progress, message: `${counted(wanted, 'new pod')} ready` }
  }
  const late = deadlineExceeded(workload, written, newest, seen)
  return late ? { state: 'failed', progress, trouble: late } : inProgress(seen)
}

/**
 * The ReplicaSet of the current template, or undefined if the newest one belongs to an earlier template: with strategy
 * Recreate there is none until the old pods are gone, and their troubles are not those of the new ones.
 */
function replicaSetOf(workload: KubeObject, revisions: readonly KubeObject[]): KubeObject | undefined {
  const [newest] = ownRevisions(workload, revisions)
  const { updatedReplicas = 0 } = (workload.status ?? {}) as NonNullable<DeploymentFields['status']>
  // updated pods mean the controller has found its ReplicaSet, even if a newer Kubernetes has since added defaults to
  // the template
  return newest && (updatedReplicas > 0 || hasTemplateOf(newest, workload)) ? newest : undefined
}

function hasTemplateOf(replicaSet: KubeObject, workload: KubeObject): boolean {
  const image = (object: KubeObject) =>
    JSON.stringify(containersOf('deployment', object).map(({ name, image }) => [name, image]))
  const annotations = (object: KubeObject) => podTemplateOf('deployment', object).metadata.annotations ?? {}
  const [ours, theirs] = [annotations(replicaSet), annotations(workload)]
  const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)])
  return image(replicaSet) === image(workload) && [...keys].every((key) => ours[key] === theirs[key])
}

/**
 * The controller's progress deadline. The condition survives from an earlier rollout until the next one makes progress,
 * so it is ignored if it predates the write or names another ReplicaSet.
 */
function deadlineExceeded(
  workload: KubeObject,
  written: KubeObject | undefined,
  newest: KubeObject | undefined,
  { trouble, progress }: Assessment,
): Trouble | undefined {
  const condition = progressing(workload)
  if (condition?.reason !== 'ProgressDeadlineExceeded' || condition.status !== 'False') return undefined
  const before = written && progressing(written)
  if (before?.reason === condition.reason && before.lastUpdateTime === condition.lastUpdateTime) return undefined
  const named = /"([^"]+)"/.exec(condition.message ?? '')?.[1]
  if (named !== undefined && ![newest?.metadata.name, workload.metadata.name].includes(named)) return undefined
  const { progressDeadlineSeconds = 600 } = (workload as unknown as DeploymentFields).spec
  const late = `no progress for ${progressDeadlineSeconds} s`
  if (!trouble) {
    const behind = progress.pods.find((pod) => pod.new && !pod.ready)
    const waits = behind?.waitsFor === undefined ? missing(progress) : `${behind.name} waits for ${behind.waitsFor}`
    const message = `${late}: ${waits}`
    return { reason: 'ProgressDeadline', message, ...(behind && { pod: behind.name }), patience: 'none' }
  }
  return { ...trouble, message: `${late}; most probably because of this: ${trouble.message}`, patience: 'none' }
}

function progressing({ status }: KubeObject): Condition | undefined {
  return (status as DeploymentFields['status'])?.conditions?.find(({ type }) => type === 'Progressing')
}
