import { imageRepository, isImageReference, parseImageReference } from '../../../src/model/image-reference.ts'
import type { WorkloadRow } from './workload-row.ts'

/** A container that uses an image of a repository. */
export interface RepositoryUse {
  workloadId: string
  container: string
  image: string
}

export interface Repository {
  /** Canonical: `docker.io/library/nginx`. */
  name: string
  uses: RepositoryUse[]
  tags: string[]
}

/** All repositories in use, by name. Images that cannot be parsed have none. */
export function repositoriesOf(workloads: readonly WorkloadRow[]): Repository[] {
  const found = new Map<string, RepositoryUse[]>()
  for (const { id, containers } of workloads) {
    for (const { name: container, image } of containers) {
      if (!isImageReference(image)) continue
      const name = imageRepository(parseImageReference(image))
      const uses = found.get(name) ?? []
      if (uses.length === 0) found.set(name, uses)
      uses.push({ workloadId: id, container, image })
    }
  }
  return [...found]
    .map(([name, uses]) => ({ name, uses, tags: [...new Set(uses.map(({ image }) => tagOf(image)))].sort() }))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
}

export function tagOf(image: string): string {
  const { tag, digest } = parseImageReference(image)
  return tag ?? digest ?? 'latest'
}

export function workloadsOf({ uses }: Repository): string[] {
  return [...new Set(uses.map(({ workloadId }) => workloadId))]
}
