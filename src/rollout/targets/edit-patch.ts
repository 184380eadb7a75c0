import type { JsonPatch, JsonPatchOperation } from '../../kube/index.ts'
import { DroverError } from '../../model/errors.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { containersOf, podTemplateOf, type TemplateContainer } from '../../model/pod-template.ts'
import { workloadKinds, type WorkloadKind } from '../../model/workload-kinds.ts'
import type { ConditionalImage, WorkloadEdit } from '../target.ts'

/** The annotation by which `kubectl rollout restart` and Rancher's later versions replace pods; tools know it. */
const restartedAt = 'kubectl.kubernetes.io/restartedAt'

/**
 * An edit as the narrowest JSON Patch: what it depends on is tested, and nothing else is sent. Undefined where the object
 * as seen is not as the edit requires, so that the write would only fail.
 */
export function editPatch(kind: WorkloadKind, seen: KubeObject, edit: WorkloadEdit): JsonPatch | undefined {
  switch (edit.do) {
    case 'set-images':
      return imagePatch(kind, seen, edit.images, edit.annotations)
    case 'set-template':
      return [
        testOf('/metadata/resourceVersion', seen.metadata.resourceVersion),
        { op: 'replace', path: templatePointer(kind), value: edit.template },
      ]
    case 'restart': {
      const { metadata } = podTemplateOf(kind, seen)
      return annotationPatch(templatePointer(kind), metadata, { [restartedAt]: edit.at })
    }
    case 'pause':
    case 'resume':
      return [{ op: 'add', path: '/spec/paused', value: edit.do === 'pause' }]
    case 'scale':
      return [{ op: 'add', path: '/spec/replicas', value: edit.replicas }]
    case 'annotate':
      return annotationPatch('', seen.metadata, edit.annotations)
    default:
      return edit satisfies never
  }
}

function imagePatch(
  kind: WorkloadKind,
  seen: KubeObject,
  images: readonly ConditionalImage[],
  annotations: Readonly<Record<string, string>> = {},
): JsonPatch | undefined {
  const containers = containersOf(kind, seen)
  const places = images.map((image) => ({ image, place: placeOf(containers, image) }))
  if (places.some(({ place }) => place === undefined)) return undefined
  return [
    ...places.flatMap(({ image: { container, from, to }, place }) => [
      testOf(`${place}/name`, container),
      testOf(`${place}/image`, from),
      { op: 'replace' as const, path: `${place}/image`, value: to },
    ]),
    ...annotationPatch('', seen.metadata, annotations),
  ]
}

function placeOf(containers: readonly TemplateContainer[], { container, role, from }: ConditionalImage) {
  return containers.find(({ name, image, role: its }) => name === container && its === role && image === from)?.pointer
}

/** Adds annotations; where there were none, the map itself, on the condition that there are still none. */
function annotationPatch(
  root: string,
  { annotations: there }: Partial<KubeObject['metadata']>,
  annotations: Readonly<Record<string, string>>,
): JsonPatchOperation[] {
  const path = `${root}/metadata/annotations`
  const entries = Object.entries(annotations)
  if (entries.length === 0) return []
  if (!there) return [testOf(path, null), { op: 'add', path, value: annotations }]
  return entries.flatMap(([name, value]) => {
    const at = `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    return [testOf(at, there[name] ?? null), { op: 'add' as const, path: at, value }]
  })
}

function testOf(path: string, value: unknown): JsonPatchOperation {
  return { op: 'test', path, value }
}

function templatePointer(kind: WorkloadKind): string {
  const { template } = workloadKinds[kind]
  if (template.length > 0) return `/${template.join('/')}`
  throw new DroverError('UNSUPPORTED', `a bare ${kind} has no pod template to replace`)
}
