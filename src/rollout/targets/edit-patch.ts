import type { JsonPatch, JsonPatchOperation } from '../../kube/index.ts'
import { DroverError } from '../../model/errors.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { containersOf, podTemplateOf, type TemplateContainer } from '../../model/pod-template.ts'
import { workloadKinds, type WorkloadKind } from '../../model/workload-kinds.ts'
import type { ConditionalImage, WorkloadEdit } from '../target.ts'

/** The annotation with which `kubectl rollout restart` and later versions of Rancher replace pods. */
const restartedAt = 'kubectl.kubernetes.io/restartedAt'

/**
 * The narrowest JSON Patch for an edit: it tests the preconditions and sends nothing else. Undefined if the object as
 * read does not meet them, so that the write would fail.
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

/** Adds annotations. If there are none yet, adds the map on condition that it is still absent. */
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
