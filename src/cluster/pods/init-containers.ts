import type { Container, ContainerStatus, Pod } from '../controllers/objects.ts'

/** An init container that goes on beside the others, once it has started (since Kubernetes 1.28). */
export function isSidecar({ spec }: Pod, container: Container): boolean {
  return container.restartPolicy === 'Always' && (spec.initContainers?.includes(container) ?? false)
}

/** Whether the containers after this init container may begin: it has ended well, or, of a sidecar, it has begun. */
export function isInitialised({ restartPolicy }: Container, status: ContainerStatus | undefined): boolean {
  if (restartPolicy === 'Always') return status?.containerID !== undefined
  return status?.state.terminated?.exitCode === 0
}

export interface LivingContainer {
  container: Container
  status: ContainerStatus | undefined
  /** It has to end before others begin. */
  isInit: boolean
}

/** The containers whose turn it is: the init containers up to the first that holds up the rest, or all that stay. */
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
