import type { KubeObject } from '../kube-object.ts'
import type { WorkloadKind } from '../workload-kinds.ts'
import { assess, type Assessment } from './assessment.ts'
import { judgeDeployment } from './judge-deployment.ts'
import { judgePod } from './judge-pod.ts'
import { isControlledBy, ownRevisions, revisionHashes, revisionNumber } from './revisions.ts'
import type { JudgeContext, Judgement, RolloutSnapshot } from './snapshot.ts'
import { jobReason } from './trouble-reasons.ts'
import { accepted, counted, inProgress, isObserved } from './wording.ts'

type Judge = (snapshot: RolloutSnapshot, context: JudgeContext) => Judgement

const judges: Readonly<Record<WorkloadKind, Judge>> = {
  deployment: judgeDeployment,
  statefulset: judgeStatefulSet,
  daemonset: judgeDaemonSet,
  cronjob: judgeCronJob,
  job: judgeJob,
  replicaset: judgeReplicator,
  replicationcontroller: judgeReplicator,
  pod: judgePod,
}

/** Judges one snapshot of a rollout. Pure: it never waits or calls the cluster. */
export function judge(snapshot: RolloutSnapshot, context: JudgeContext = {}): Judgement {
  return judges[snapshot.kind](snapshot, context)
}

interface StatefulSetFields {
  spec: {
    replicas?: number
    updateStrategy?: { type?: string; rollingUpdate?: { partition?: number } }
  }
  status?: { updateRevision?: string; replicas?: number; readyReplicas?: number }
}

function judgeStatefulSet(snapshot: RolloutSnapshot): Judgement {
  const { workload } = snapshot
  const { spec, status = {} } = workload as unknown as StatefulSetFields
  const { replicas = 1, updateStrategy } = spec
  const partition = updateStrategy?.rollingUpdate?.partition ?? 0
  const newest = status.updateRevision
  const wanted = Math.max(0, replicas - partition)
  const isNew = (pod: KubeObject) => pod.metadata.labels?.['controller-revision-hash'] === newest
  const seen = assess(snapshot, { wanted, isNew, revision: newest, owners: [workload] })
  const { progress } = seen
  if (!isObserved(workload)) return { state: 'unobserved', progress }
  if (updateStrategy?.type === 'OnDelete' && progress.updated < replicas) {
    return accepted('OnDelete', progress, 'each pod changes when it is deleted (update strategy OnDelete)')
  }
  const { replicas: there = 0 } = status
  if (there > replicas) return inProgress(seen, stuckOldPod(snapshot, isNew))
  if (replicas === 0) return accepted('ScaledToZero', progress, 'it is scaled to 0; pods start when it is scaled up')
  if (partition >= replicas) {
    return accepted('Partition', progress, `the partition ${partition} holds back all ${replicas} pods`)
  }
  if (progress.ready >= wanted && progress.updated >= wanted && readyInAll(status, progress.ready) >= replicas) {
    const held = partition > 0 ? `; the partition holds back ${partition}` : ''
    return { state: 'succeeded', progress, message: `${counted(progress.ready, 'new pod')} ready${held}` }
  }
  return inProgress(seen, stuckOldPod(snapshot, isNew))
}

/** Older Kubernetes omits readyReplicas until a pod is ready. */
function readyInAll({ readyReplicas = 0 }: NonNullable<StatefulSetFields['status']>, newReady: number): number {
  return Math.max(readyReplicas, newReady)
}

/**
 * A StatefulSet waits forever for a broken old pod; it has to be deleted by hand (documented as "forced rollback";
 * kubernetes#67250).
 */
function stuckOldPod(snapshot: RolloutSnapshot, isNew: (pod: KubeObject) => boolean): Assessment['trouble'] {
  const old = { ...snapshot, pods: snapshot.pods.filter((pod) => !isNew(pod)) }
  const { trouble } = assess(old, { wanted: 0, isNew: () => true, owners: [] })
  if (!trouble || trouble.patience === 'deadline') return undefined
  const message = `the old pod ${trouble.pod} is broken and holds up the rollout until it is deleted: ${trouble.message}`
  return { ...trouble, reason: 'StuckOldPod', message, patience: 'grace' }
}

interface DaemonSetFields {
  spec: { updateStrategy?: { type?: string } }
  status?: { desiredNumberScheduled?: number; updatedNumberScheduled?: number; numberAvailable?: number }
}

function judgeDaemonSet(snapshot: RolloutSnapshot): Judgement {
  const { workload, revisions } = snapshot
  const { spec, status = {} } = workload as unknown as DaemonSetFields
  const { desiredNumberScheduled: wanted = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = status
  const [newest] = ownRevisions(workload, revisions)
  const hashes = newest ? revisionHashes(newest) : []
  const isNew = (pod: KubeObject) => hashes.includes(pod.metadata.labels?.['controller-revision-hash'] ?? '')
  const revision = newest && String(revisionNumber(newest))
  const seen = assess(snapshot, { wanted, isNew, revision, available: undefined, owners: [workload] })
  const { progress } = seen
  if (!isObserved(workload)) return { state: 'unobserved', progress }
  if (spec.updateStrategy?.type === 'OnDelete' && updatedNumberScheduled < wanted) {
    return accepted('OnDelete', progress, 'each pod changes when it is deleted (update strategy OnDelete)')
  }
  if (wanted === 0) return accepted('NoNodes', progress, 'no node is to run it')
  if (updatedNumberScheduled >= wanted && numberAvailable >= wanted) {
    return { state: 'succeeded', progress, message: `${counted(wanted, 'node')} with a new pod ready` }
  }
  return inProgress(seen)
}

function judgeCronJob(snapshot: RolloutSnapshot): Judgement {
  const { progress } = assess(snapshot, { wanted: 0, isNew: () => false, owners: [] })
  const { schedule, suspend } = (snapshot.workload.spec ?? {}) as { schedule?: string; suspend?: boolean }
  const when = suspend ? 'it is suspended; the next run will have it' : `the next run (${schedule}) will have it`
  return accepted('NextRun', progress, when)
}

function judgeJob(snapshot: RolloutSnapshot): Judgement {
  const { status = {}, spec } = snapshot.workload as {
    status?: { conditions?: { type: string; status: string; reason?: string; message?: string }[]; succeeded?: number }
    spec?: { completions?: number }
  }
  const wanted = spec?.completions ?? 1
  const seen = assess(snapshot, { wanted, isNew: () => true, owners: [snapshot.workload] })
  const is = (type: string) =>
    status.conditions?.find((condition) => condition.type === type && condition.status === 'True')
  const failed = is('Failed')
  if (is('Complete')) return { state: 'succeeded', progress: seen.progress, message: 'it is complete' }
  if (!failed) return inProgress(seen)
  const { reason, message = 'the Job failed' } = failed
  return { state: 'failed', progress: seen.progress, trouble: { reason: jobReason(reason), message, patience: 'none' } }
}

interface ReplicatorStatus {
  replicas?: number
  readyReplicas?: number
}

/** ReplicaSets and ReplicationControllers do not replace pods: only new pods get the new template. */
function judgeReplicator(snapshot: RolloutSnapshot, { scaled = false }: JudgeContext): Judgement {
  const { workload } = snapshot
  const { replicas = 1 } = (workload.spec ?? {}) as { replicas?: number }
  const owned = snapshot.pods.filter((pod) => isControlledBy(pod, workload))
  const seen = assess({ ...snapshot, pods: owned }, { wanted: replicas, isNew: () => scaled, owners: [workload] })
  if (!isObserved(workload)) return { state: 'unobserved', progress: seen.progress }
  const { replicas: there = 0, readyReplicas = 0 } = (workload.status ?? {}) as ReplicatorStatus
  if (scaled && (there !== replicas || readyReplicas < replicas)) return inProgress(seen)
  if (replicas === 0)
    return accepted('ScaledToZero', seen.progress, 'it is scaled to 0; pods start when it is scaled up')
  if (scaled) return { state: 'succeeded', progress: seen.progress, message: `${counted(replicas, 'pod')} ready` }
  const stay = owned.length === 1 ? 'stays as it is' : 'stay as they are'
  const message = `its ${counted(owned.length, 'pod')} ${stay}; a pod made after one is deleted will have it`
  return accepted('NewPodsOnly', seen.progress, message)
}
