import { DroverError } from './errors.ts'
import type { KubeObject } from './kube-object.ts'
import { workloadKinds, type WorkloadKind } from './workload-kinds.ts'

/** A container of a pod template and the location of its image. */
export interface TemplateContainer {
  name: string
  image: string
  role: 'container' | 'init' | 'ephemeral'
  /** JSON Pointer of the container in the workload: `/spec/template/spec/containers/0`. */
  pointer: string
}

interface PodSpecContainers {
  containers?: { name: string; image?: string }[]
  initContainers?: { name: string; image?: string }[]
  ephemeralContainers?: { name: string; image?: string }[]
}

const containerLists = [
  ['containers', 'container'],
  ['initContainers', 'init'],
  ['ephemeralContainers', 'ephemeral'],
] as const satisfies readonly [keyof PodSpecContainers, TemplateContainer['role']][]

/** The pod template of a workload, with `metadata` and `spec`. A bare Pod is its own template. */
export function podTemplateOf(kind: WorkloadKind, workload: KubeObject): KubeObject {
  const template = workloadKinds[kind].template.reduce<unknown>(
    (at, field) => (at as Record<string, unknown> | undefined)?.[field],
    workload,
  )
  return (template ?? { metadata: {}, spec: {} }) as KubeObject
}

/** All containers of the pod template: containers, init containers, ephemeral containers, each in document order. */
export function containersOf(kind: WorkloadKind, workload: KubeObject): TemplateContainer[] {
  const spec = (podTemplateOf(kind, workload).spec ?? {}) as PodSpecContainers
  const root = ['', ...workloadKinds[kind].template, 'spec'].join('/')
  return containerLists.flatMap(([list, role]) =>
    (spec[list] ?? []).map(({ name, image = '' }, index) => ({
      name,
      image,
      role,
      pointer: `${root}/${list}/${index}`,
    })),
  )
}

/** Raises NOT_FOUND, listing the existing containers. */
export function containerNamed(containers: readonly TemplateContainer[], name: string): TemplateContainer {
  const found = containers.find((container) => container.name === name)
  if (found) return found
  const there = containers.map(({ name, role }) => (role === 'container' ? name : `${name} (${role})`)).join(', ')
  throw new DroverError('NOT_FOUND', `there is no container ${JSON.stringify(name)}; there ${are(containers)} ${there}`)
}

function are({ length }: readonly unknown[]): string {
  return length === 1 ? 'is' : 'are'
}
