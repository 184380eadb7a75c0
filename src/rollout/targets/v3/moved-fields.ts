import type { KubeObject } from '../../../model/kube-object.ts'
import { containersOf } from '../../../model/pod-template.ts'
import type { WorkloadKind } from '../../../model/workload-kinds.ts'

/** Fields that controllers write after a template change. */
const derived =
  /^\/metadata\/annotations\/(?:deployment\.kubernetes\.io~1|deprecated\.daemonset\.template\.generation|field\.cattle\.io~1publicEndpoints)/

/** JSON Pointers of all differences between two states of a workload other than the intended images. */
export function movedFields(
  kind: WorkloadKind,
  before: KubeObject,
  after: KubeObject,
  images: ReadonlyMap<string, string>,
): string[] {
  return differences(relevant(withImages(kind, before, images)), relevant(after), '').filter(
    (path) => !derived.test(path),
  )
}

/** The object to restore: the current identity and version, everything else as before, with the new images. */
export function restored(
  kind: WorkloadKind,
  before: KubeObject,
  after: KubeObject,
  images: ReadonlyMap<string, string>,
): KubeObject {
  const { spec, metadata } = withImages(kind, before, images)
  const { labels, annotations, ...identity } = after.metadata
  void [labels, annotations]
  return {
    ...after,
    metadata: {
      ...identity,
      ...(metadata.labels && { labels: metadata.labels }),
      ...(metadata.annotations && { annotations: metadata.annotations }),
    },
    ...(spec && { spec }),
  }
}

function withImages(kind: WorkloadKind, object: KubeObject, images: ReadonlyMap<string, string>): KubeObject {
  const copy = structuredClone(object)
  for (const { name, pointer } of containersOf(kind, copy)) {
    const image = images.get(name)
    const at = pointer
      .split('/')
      .slice(1)
      .reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], copy)
    if (image !== undefined) (at as { image: string }).image = image
  }
  return copy
}

function relevant({ metadata: { labels = {}, annotations = {} }, spec = {} }: KubeObject) {
  return { metadata: { labels, annotations }, spec }
}

function differences(one: unknown, other: unknown, path: string): string[] {
  if (one === other) return []
  if (!isTree(one) || !isTree(other) || Array.isArray(one) !== Array.isArray(other)) return [path]
  const keys = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...keys].flatMap((key) =>
    differences(one[key], other[key], `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  )
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
