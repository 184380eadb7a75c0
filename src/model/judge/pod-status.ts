import type { KubeObject } from '../kube-object.ts'

/** The fields of a pod that judging reads (core/v1 PodStatus). */
export interface PodStatus {
  phase?: string
  reason?: string
  message?: string
  conditions?: { type: string; status: string; reason?: string; message?: string }[]
  containerStatuses?: ContainerStatus[]
  initContainerStatuses?: ContainerStatus[]
}

export interface ContainerStatus {
  name: string
  image?: string
  imageID?: string
  ready?: boolean
  started?: boolean
  restartCount?: number
  state?: ContainerState
  lastState?: ContainerState
}

export interface ContainerState {
  waiting?: { reason?: string; message?: string }
  running?: { startedAt?: string }
  terminated?: { exitCode: number; reason?: string; message?: string; signal?: number }
}

export function podStatusOf(pod: KubeObject): PodStatus {
  return pod.status ?? {}
}

export function isReady(pod: KubeObject): boolean {
  return conditionOf(pod, 'Ready')?.status === 'True' && !isLeaving(pod)
}

/** Being deleted, or finished: no longer counted. */
export function isLeaving(pod: KubeObject): boolean {
  const { phase } = podStatusOf(pod)
  return pod.metadata.deletionTimestamp !== undefined || phase === 'Succeeded' || phase === 'Failed'
}

export function conditionOf(pod: KubeObject, type: string) {
  return podStatusOf(pod).conditions?.find((condition) => condition.type === type)
}

/** Init containers come first: they run first, so they fail first. */
export function containerStatusesOf(pod: KubeObject): (ContainerStatus & { init: boolean })[] {
  const { initContainerStatuses = [], containerStatuses = [] } = podStatusOf(pod)
  return [
    ...initContainerStatuses.map((status) => ({ ...status, init: true })),
    ...containerStatuses.map((status) => ({ ...status, init: false })),
  ]
}

export function restartsOf(pod: KubeObject): number {
  return containerStatusesOf(pod).reduce((sum, { restartCount = 0 }) => sum + restartCount, 0)
}
