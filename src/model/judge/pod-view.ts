import type { KubeObject } from '../kube-object.ts'
import {
  conditionOf,
  containerStatusesOf,
  isReady,
  podStatusOf,
  restartsOf,
  type ContainerStatus,
} from './pod-status.ts'
import type { PodView, PodWait } from './snapshot.ts'

export function viewPod(pod: KubeObject, isNew: boolean): PodView {
  const ready = isReady(pod)
  const wait = ready ? undefined : waitOf(pod)
  const { nodeName } = (pod.spec ?? {}) as { nodeName?: string }
  return {
    name: pod.metadata.name ?? '',
    new: isNew,
    ready,
    restarts: restartsOf(pod),
    ...(wait && { wait, waitsFor: waitText(wait) }),
    ...(nodeName !== undefined && { node: nodeName }),
  }
}

function waitOf(pod: KubeObject): PodWait {
  if (pod.metadata.deletionTimestamp !== undefined) return { for: 'end' }
  const { phase, reason } = podStatusOf(pod)
  if (phase === 'Succeeded' || phase === 'Failed') return { for: 'replacement', reason: reason ?? phase }
  if (
    conditionOf(pod, 'PodScheduled')?.status !== 'True' &&
    !(pod.spec as { nodeName?: string } | undefined)?.nodeName
  ) {
    return { for: 'node' }
  }
  const statuses = containerStatusesOf(pod)
  const init = statuses.find(({ init, state }) => init && state?.terminated?.exitCode !== 0)
  const stuck = init ?? statuses.find(({ state, init }) => !init && !state?.running)
  if (stuck) return containerWait(stuck)
  const unready = statuses.find(({ ready, init }) => !ready && !init)
  return unready ? { for: 'ready', container: unready.name } : { for: 'readiness' }
}

const waits = {
  ContainerCreating: 'creation',
  PodInitializing: 'init-containers',
  ErrImagePull: 'image',
  ImagePullBackOff: 'image-again',
  CrashLoopBackOff: 'start-again',
} as const

function containerWait({ name: container, state }: ContainerStatus): PodWait {
  const exitCode = state?.terminated?.exitCode
  if (exitCode !== undefined) return { for: 'start-after-end', container, exitCode }
  const reason = state?.waiting?.reason
  if (reason === undefined) return { for: 'start', container }
  return reason in waits ? { for: waits[reason as keyof typeof waits], container } : { for: 'other', container, reason }
}

function waitText(wait: PodWait): string {
  switch (wait.for) {
    case 'end':
      return 'its end'
    case 'node':
      return 'a node'
    case 'readiness':
      return 'its readiness'
    case 'replacement':
      return `replacement (${wait.reason})`
    case 'creation':
      return `container ${wait.container}: to be created`
    case 'init-containers':
      return `container ${wait.container}: the init containers`
    case 'image':
      return `container ${wait.container}: its image (pull failed)`
    case 'image-again':
      return `container ${wait.container}: its image (pull failed, tried again later)`
    case 'start-again':
      return `container ${wait.container}: to be started again (it keeps ending)`
    case 'start':
      return `container ${wait.container}: to be started`
    case 'ready':
      return `container ${wait.container} to be ready`
    case 'start-after-end':
      return `container ${wait.container} to be started again (exit code ${wait.exitCode})`
    case 'other':
      return `container ${wait.container}: ${wait.reason}`
    default:
      return wait satisfies never
  }
}
