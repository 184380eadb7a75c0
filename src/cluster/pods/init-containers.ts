import type { Container, ContainerStatus, Pod } from '../controllers/objects.ts'

/** An init container that keeps running beside the others (Kubernetes 1.28). */
export function isSidecar({ spec }: Pod, container: Container): boolean {
  return container.restartPolicy === 'Always' && (spec.initContainers?.includes(container) ?? false)
}

/** Whether the containers after this init container may start: it has succeeded or, if a sidecar, started. */
export function isInitialised({ restartPolicy }: Container, status: ContainerStatus | undefined): boolean {
  if (restartPolicy === 'Always') return status?.containerID !== undefined
  return status?.state.terminated?.exitCode === 0
}

export interface LivingContainer {
  container: Container
  status: ContainerStatus | undefined
  /** Has to finish before others start. */
  isInit: boolean
}

/** The containers that may run now: init containers up to the first blocking one, or all that stay. */
export function livingContainers(pod: Pod): LivingContainer[] {
  const { initContainers = [], containers } = pod.spec
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {}
  const living: LivingContainer[] = []
  for (const container of initContainers) {
    const status = initContainerStatuses.find(({ name }) => name === container.name)
    const isInit = !isSidecar(pod, container)
    const initialised = isInitialised(container, status)
    if (!isInit || !initialised) living.push({ container, status, isInit })
    if (!initialised) return living
  }
  for (const container of containers) {
    const status = containerStatuses.find(({ name }) => name === container.name)
    living.push({ container, status, isInit: false })
  }
  return living
}
