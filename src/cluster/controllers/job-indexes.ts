import type { Job } from './job.ts'
import type { Container, Pod, PodSpec } from './objects.ts'
import type { PodWish } from './pod-control.ts'

/** Indexed Jobs, whose pods each do a numbered part of the work (completionMode Indexed, Kubernetes 1.24). */

const indexName = 'batch.kubernetes.io/job-completion-index'
const variable = 'JOB_COMPLETION_INDEX'

export function isIndexed({ spec }: Job): boolean {
  return spec.completionMode === 'Indexed'
}

function indexOf({ metadata }: Pod): number | undefined {
  const text = metadata.annotations?.[indexName]
  return text === undefined ? undefined : Number(text)
}

function indexesOf(pods: readonly Pod[]): Set<number> {
  return new Set(pods.flatMap((pod) => indexOf(pod) ?? []))
}

/** Completions so far; each index counts once. */
export function succeededCount(job: Job, succeeded: readonly Pod[]): number {
  return isIndexed(job) ? indexesOf(succeeded).size : succeeded.length
}

/** The lowest indexes that are neither completed nor being worked on. */
export function freeIndexes(job: Job, pods: readonly Pod[], count: number): number[] {
  const taken = indexesOf(pods)
  const all = Array.from({ length: job.spec.completions ?? 0 }, (_, index) => index)
  return all.filter((index) => !taken.has(index)).slice(0, count)
}

/** Completed indexes in the status's notation: `0-3,7`. */
export function completedIndexes(succeeded: readonly Pod[]): string {
  const runs: [first: number, last: number][] = []
  for (const index of [...indexesOf(succeeded)].toSorted((one, other) => one - other)) {
    const run = runs.at(-1)
    if (run && run[1] === index - 1) run[1] = index
    else runs.push([index, index])
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',')
}

/** The pod of an index, which its name, host name, annotation and environment carry. */
export function indexedWish(wish: PodWish, index: number): PodWish {
  const { name } = wish.owner.metadata
  const { spec } = wish.template
  const told: Partial<PodSpec> = {
    hostname: `${name}-${index}`,
    containers: spec.containers.map(withIndex),
    ...(spec.initContainers && { initContainers: spec.initContainers.map(withIndex) }),
  }
  const annotations = { [indexName]: String(index) }
  return { ...wish, prefix: `${name}-${index}-`, annotations, labels: annotations, spec: told }
}

function withIndex(container: Container): Container {
  const { env = [] } = container
  if (env.some(({ name }) => name === variable)) return container
  const fieldRef = { fieldPath: `metadata.annotations['${indexName}']` }
  return { ...container, env: [...env, { name: variable, valueFrom: { fieldRef } }] }
}
