import type { KubeObject, ResourceType } from '../resource.ts'
import { groupVersion, type ResourceTypes } from '../resource-types.ts'

/** Where Kubernetes registers its kinds; its errors say so. */
const scheme = 'k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30'

/** Old homes of kinds that are still known by name: the body can be read, and is of another version than the path. */
const oldVersions = new Set(['extensions/v1beta1', 'apps/v1beta1', 'apps/v1beta2', 'batch/v1beta1', 'batch/v2alpha1'])

/** Of a body whose kind or version cannot even be read: what Kubernetes says before its own reason. */
export const unreadable = "couldn't get version/kind; json parse error: "

/** Why Go cannot read what the object says it is; absent where it can. */
export function namingProblem(object: Partial<KubeObject>): string | undefined {
  const wrong = Object.entries(object).find(
    ([name, value]) =>
      (name === 'kind' || name === 'apiVersion') && value !== null && value !== undefined && typeof value !== 'string',
  )
  if (!wrong) return undefined
  const [name, value] = wrong
  return `${unreadable}json: cannot unmarshal ${goJsonType(value)} into Go struct field .${name} of type string`
}

/** As Go's encoding/json calls the type of a value. */
export function goJsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

/** Why an object with that kind and apiVersion is none of `type`; absent where it is one. Left out means the type's own. */
export function kindProblem(
  type: ResourceType,
  object: Partial<KubeObject>,
  registry: ResourceTypes,
): string | undefined {
  const unnamed = namingProblem(object)
  if (unnamed !== undefined) return unnamed
  const expected = groupVersion(type)
  const kind = object.kind || type.kind
  const apiVersion = object.apiVersion || expected
  if (kind === type.kind && (apiVersion === expected || oldVersions.has(apiVersion))) return undefined
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1)
  if (!registry.ofKind(apiVersion, kind) && !isMetaKind(registry, apiVersion, kind)) {
    return `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "${scheme}"`
  }
  if (kind === type.kind) return undefined
  return `converting (${version}.${kind}) to (${internalPackage(type)}.${type.kind}): unknown conversion`
}

/** Kinds that every version has beside its own. */
const metaKinds = new Set(
  'List Status ListOptions GetOptions CreateOptions UpdateOptions PatchOptions DeleteOptions'.split(' '),
)

function isMetaKind(registry: ResourceTypes, apiVersion: string, kind: string): boolean {
  if (metaKinds.has(kind)) return registry.inVersion(apiVersion).length > 0
  return kind.endsWith('List') && registry.ofKind(apiVersion, kind.slice(0, -4)) !== undefined
}

function internalPackage({ group }: ResourceType): string {
  return group === '' ? 'core' : (group.split('.')[0] as string)
}
