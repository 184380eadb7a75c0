import type { KubeObject, ResourceType } from '../resource.ts'
import { groupVersion, type ResourceTypes } from '../resource-types.ts'

/** Where Kubernetes registers its kinds, which its errors mention. */
const scheme = 'k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30'

/** Former API groups that are still known by name: such a body can be read, but has another version than the path. */
const oldVersions = new Set(['extensions/v1beta1', 'apps/v1beta1', 'apps/v1beta2', 'batch/v1beta1', 'batch/v2alpha1'])

/** Kubernetes' prefix for a body whose kind or version cannot be read. */
export const unreadable = "couldn't get version/kind; json parse error: "

/** Why Go cannot read kind and apiVersion; undefined if it can. */
export function namingProblem(object: Partial<KubeObject>): string | undefined {
  const wrong = Object.entries(object).find(
    ([name, value]) =>
      (name === 'kind' || name === 'apiVersion') && value !== null && value !== undefined && typeof value !== 'string',
  )
  if (!wrong) return undefined
  const [name, value] = wrong
  return `${unreadable}json: cannot unmarshal ${goJsonType(value)} into Go struct field .${name} of type string`
}

/** Go's encoding/json name for the type of a value. */
export function goJsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

/**
 * Why an object's kind and apiVersion do not match `type`; undefined if they do. Omitted ones default to the type's.
 */
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

/** Kinds that exist in every version. */
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
