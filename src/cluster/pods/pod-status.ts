import { timestamp } from '../controllers/clock.ts'
import type { Condition, ContainerStatus, Pod, PodStatus } from '../controllers/objects.ts'
import { isInitialised, isSidecar } from './init-containers.ts'
import { restarts } from './stages.ts'

export interface PlaceOfPod {
  hostIP?: string
  podIP?: string
}

/** Derives the pod's status from its containers' statuses. */
export function podStatus(
  pod: Pod,
  containers: ContainerStatus[],
  inits: ContainerStatus[],
  place: PlaceOfPod,
  now: number,
): PodStatus {
  const before = pod.status ?? {}
  const phase = phaseOf(pod, containers, inits)
  const hasRun = [...containers, ...inits].some(({ containerID }) => containerID !== undefined)
  const { hostIP = before.hostIP } = place
  const podIP = before.podIP ?? (hasRun ? place.podIP : undefined)
  return {
    ...before,
    phase,
    conditions: conditionsOf(pod, phase, containers, inits, now),
    ...(hostIP !== undefined && { hostIP }),
    ...(podIP !== undefined && { podIP, podIPs: [{ ip: podIP }] }),
    startTime: before.startTime ?? timestamp(now),
    ...(inits.length > 0 && { initContainerStatuses: inits }),
    containerStatuses: containers,
  }
}

function phaseOf(pod: Pod, containers: readonly ContainerStatus[], inits: readonly ContainerStatus[]) {
  const ended = (statuses: readonly ContainerStatus[]) =>
    statuses.flatMap(({ state }) => (state.terminated ? [state.terminated.exitCode] : []))
  const plain = inits.filter((_, index) => !isSidecarAt(pod, index))
  const failedInit = ended(plain).some((code) => code !== 0 && !restarts(pod, code))
  if (failedInit) return 'Failed'
  const codes = ended(containers)
  const over = codes.length === containers.length && codes.every((code) => !restarts(pod, code))
  if (over) return codes.some((code) => code !== 0) ? 'Failed' : 'Succeeded'
  return containers.some(({ containerID }) => containerID !== undefined) ? 'Running' : 'Pending'
}

function conditionsOf(
  pod: Pod,
  phase: PodStatus['phase'],
  containers: readonly ContainerStatus[],
  inits: readonly ContainerStatus[],
  now: number,
): Condition[] {
  const before = pod.status?.conditions ?? []
  const lastTransitionTime = timestamp(now)
  const say = (type: string, ok: boolean, reason?: string, message?: string): Condition => {
    const status = ok ? 'True' : 'False'
    const known = before.find((condition) => condition.type === type)
    const same = known?.status === status ? known.lastTransitionTime : undefined
    return {
      type,
      status,
      lastProbeTime: null,
      lastTransitionTime: same ?? lastTransitionTime,
      ...(reason && { reason }),
      ...(message && { message }),
    }
  }
  const over = phase === 'Succeeded' || phase === 'Failed'
  const incomplete = (pod.spec.initContainers ?? []).flatMap((container, index) =>
    isInitialised(container, inits[index]) || (over && isSidecarAt(pod, index)) ? [] : [container.name],
  )
  const initialized =
    incomplete.length === 0
      ? say('Initialized', true, phase === 'Succeeded' ? 'PodCompleted' : undefined)
      : say('Initialized', false, 'ContainersNotInitialized', `containers with incomplete status: ${named(incomplete)}`)
  const serving = [...inits.filter((_, index) => isSidecarAt(pod, index)), ...containers]
  const unready = serving.filter(({ ready }) => !ready).map(({ name }) => name)
  const readiness = (type: string) => {
    if (phase === 'Succeeded') return say(type, false, 'PodCompleted')
    if (unready.length === 0) return say(type, true)
    return say(type, false, 'ContainersNotReady', `containers with unready status: ${named(unready)}`)
  }
  return [initialized, readiness('Ready'), readiness('ContainersReady'), say('PodScheduled', true)]
}

function isSidecarAt(pod: Pod, index: number): boolean {
  const container = pod.spec.initContainers?.[index]
  return container !== undefined && isSidecar(pod, container)
}

function named(names: readonly string[]): string {
  return `[${names.join(' ')}]`
}
