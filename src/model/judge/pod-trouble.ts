import type { KubeObject } from '../kube-object.ts'
import { eventFields, eventsAbout } from './event-text.ts'
import { conditionOf, containerStatusesOf, isLeaving, isReady, type ContainerStatus } from './pod-status.ts'
import { classifyPullError } from './pull-error.ts'
import type { Trouble } from './snapshot.ts'

/**
 * Waiting reasons of the kubelet that mean trouble (pkg/kubelet/images/types.go and kuberuntime). `pull-error.ts`
 * refines ErrImagePull and ImagePullBackOff; CrashLoopBackOff is handled below.
 */
const waitingTroubles: Readonly<Record<string, Pick<Trouble, 'reason' | 'patience'>>> = {
  InvalidImageName: { reason: 'ImageInvalid', patience: 'none' },
  ErrImageNeverPull: { reason: 'ImageNeverPulled', patience: 'none' },
  SignatureValidationFailed: { reason: 'ImageSignature', patience: 'none' },
  ImageInspectError: { reason: 'ImagePull', patience: 'grace' },
  RegistryUnavailable: { reason: 'RegistryUnreachable', patience: 'grace' },
  CreateContainerConfigError: { reason: 'ContainerConfig', patience: 'grace' },
  CreateContainerError: { reason: 'ContainerCreate', patience: 'grace' },
  RunContainerError: { reason: 'ContainerStart', patience: 'grace' },
  PreCreateHookError: { reason: 'ContainerStart', patience: 'grace' },
  PreStartHookError: { reason: 'ContainerStart', patience: 'grace' },
  PostStartHookError: { reason: 'ContainerStart', patience: 'grace' },
}

/** Events that explain why a pod is stuck before its containers have a status. */
const eventTroubles: Readonly<Record<string, Pick<Trouble, 'reason' | 'patience'>>> = {
  FailedMount: { reason: 'Volume', patience: 'grace' },
  FailedAttachVolume: { reason: 'Volume', patience: 'deadline' },
  FailedCreatePodSandBox: { reason: 'PodNetwork', patience: 'deadline' },
  NetworkNotReady: { reason: 'PodNetwork', patience: 'deadline' },
}

/** Restarts after which a container that keeps exiting is no longer just waiting for a dependency. */
const toleratedRestarts = 2

/** Everything that keeps a pod from becoming ready, other than time. */
export function podTroubles(pod: KubeObject, events: readonly KubeObject[]): Trouble[] {
  if (isReady(pod) || isLeaving(pod)) return []
  const about = eventsAbout(events, pod)
  const name = pod.metadata.name ?? ''
  const inContainers = containerStatusesOf(pod).flatMap((status) => containerTrouble(status, about) ?? [])
  return [...schedulingTrouble(pod), ...inContainers, ...startTroubles(pod, about), ...probeTroubles(pod, about)].map(
    (trouble) => ({ ...trouble, pod: name }),
  )
}

function containerTrouble(status: ContainerStatus, events: readonly KubeObject[]): Trouble | undefined {
  const { name: container, image = '', state, restartCount = 0 } = status
  const { reason = '', message = '' } = state?.waiting ?? {}
  if (reason === 'ErrImagePull' || reason === 'ImagePullBackOff') {
    const said = pullMessage(message, image, events)
    return { ...classifyPullError(said, image), message: said, container }
  }
  if (reason === 'CrashLoopBackOff') return crash(status, restartCount >= toleratedRestarts ? 'none' : 'grace')
  // between two runs, or just exited: only repetition is trouble
  if (lastEnd(status) && restartCount >= toleratedRestarts && !status.ready) return crash(status, 'grace')
  const row = waitingTroubles[reason]
  if (!row) return undefined
  // "failed to sync secret cache" is a kubelet warming up, not a missing secret
  const patience = /failed to sync .* cache/.test(message) ? 'deadline' : row.patience
  return { ...row, patience, message: message || reason, container }
}

/** Before Kubernetes 1.30 the back-off message gives no reason; the event of the failed pull does. */
function pullMessage(message: string, image: string, events: readonly KubeObject[]): string {
  if (message !== '' && !/^Back-off pulling image "[^"]*"$/.test(message)) return message
  const failed = events
    .map(eventFields)
    .filter((event) => event.reason === 'Failed' || event.reason === 'InspectFailed')
  const telling = failed.filter(({ message = '' }) => message.includes(image) && /pull|inspect/i.test(message))
  return telling.at(-1)?.message ?? (message || `cannot pull ${image}`)
}

function lastEnd({ state, lastState }: ContainerStatus) {
  return state?.terminated ?? lastState?.terminated
}

function crash(status: ContainerStatus, patience: Trouble['patience']): Trouble {
  const end = lastEnd(status)
  const { name: container, restartCount = 0 } = status
  const outOfMemory = end?.reason === 'OOMKilled'
  const how = end ? `exit code ${end.exitCode}${outOfMemory ? ', out of memory' : ''}` : 'no exit code reported'
  const why = end?.message ? `: ${end.message.trim().slice(0, 200)}` : ''
  return {
    reason: outOfMemory ? 'OutOfMemory' : 'CrashLoop',
    message: `container ${container} keeps exiting (${how}, ${restartCount} restarts)${why}`,
    container,
    patience,
    ...(end && { exitCode: end.exitCode }),
  }
}

function schedulingTrouble(pod: KubeObject): Trouble[] {
  const scheduled = conditionOf(pod, 'PodScheduled')
  if (scheduled?.status !== 'False') return []
  // a cluster autoscaler may add a node within minutes
  return [{ reason: 'Unschedulable', message: scheduled.message ?? 'it fits no node', patience: 'deadline' }]
}

function startTroubles(pod: KubeObject, events: readonly KubeObject[]): Trouble[] {
  const begun = containerStatusesOf(pod).some(({ state }) => state?.running ?? state?.terminated)
  const last = events.map(eventFields).findLast(({ reason = '' }) => reason in eventTroubles)
  if (begun || !last) return []
  const row = eventTroubles[last.reason ?? '']
  return row ? [{ ...row, message: last.message ?? '' }] : []
}

function probeTroubles(pod: KubeObject, events: readonly KubeObject[]): Trouble[] {
  const running = containerStatusesOf(pod).find(({ state, ready, init }) => state?.running && !ready && !init)
  const unhealthy = events.map(eventFields).findLast(({ reason }) => reason === 'Unhealthy')
  if (!running || !unhealthy) return []
  return [{ reason: 'Probe', message: unhealthy.message ?? '', container: running.name, patience: 'deadline' }]
}
