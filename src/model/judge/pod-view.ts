import type { KubeObject } from '../kube-object.ts'
import { conditionOf, containerStatusesOf, isReady, podStatusOf, restartsOf } from './pod-status.ts'
import type { PodView } from './snapshot.ts'

export function viewPod(pod: KubeObject, isNew: boolean): PodView {
  const ready = isReady(pod)
  const waitsFor = ready ? undefined : waitOf(pod)
  const { nodeName } = (pod.spec ?? {}) as { nodeName?: string }
  return {
    name: pod.metadata.name ?? '',
    new: isNew,
    ready,
    restarts: restartsOf(pod),
    ...(waitsFor !== undefined && { waitsFor }),
    ...(nodeName !== undefined && { node: nodeName }),
  }
}

/** What one pod waits for, in words: the first that is missing on a pod's way. */
function waitOf(pod: KubeObject): string {
  if (pod.metadata.deletionTimestamp !== undefined) return 'its end'
  const { phase, reason } = podStatusOf(pod)
  if (phase === 'Succeeded' || phase === 'Failed') return `replacement (${reason ?? phase})`
  if (
    conditionOf(pod, 'PodScheduled')?.status !== 'True' &&
    !(pod.spec as { nodeName?: string } | undefined)?.nodeName
  ) {
    return 'a node'
  }
  const statuses = containerStatusesOf(pod)
  const init = statuses.find(({ init, state }) => init && state?.terminated?.exitCode !== 0)
  const stuck = init ?? statuses.find(({ state, init }) => !init && !state?.running)
  if (stuck) return containerWait(stuck.name, stuck.state?.waiting?.reason, stuck.state?.terminated?.exitCode)
  const unready = statuses.find(({ ready, init }) => !ready && !init)
  return unready ? `container ${unready.name} to be ready` : 'its readiness'
}

const waits: Readonly<Record<string, string>> = {
  ContainerCreating: 'to be created',
  PodInitializing: 'the init containers',
  ErrImagePull: 'its image (pull failed)',
  ImagePullBackOff: 'its image (pull failed, tried again later)',
  CrashLoopBackOff: 'to be started again (it keeps ending)',
}

function containerWait(name: string, reason: string | undefined, exitCode: number | undefined): string {
  if (exitCode !== undefined) return `container ${name} to be started again (exit code ${exitCode})`
  return `container ${name}: ${reason === undefined ? 'to be started' : (waits[reason] ?? reason)}`
}
