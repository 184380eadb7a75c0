import type { FieldError, KubeObject, ResourceType } from '../resource.ts'
import { decodeObject, emptyStatus } from '../schema/decode.ts'
import { nameAndCreation } from './columns.ts'
import { validateMetadata, validateMetadataUpdate } from './metadata.ts'
import { nameChecks } from './names.ts'

export const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'] as const

/** What a row of the kinds says; the rest is what most kinds do. */
interface KindRow extends Partial<Omit<ResourceType, 'group' | 'version' | 'validate'>> {
  /** `v1` or `apps/v1`. */
  apiVersion: string
  kind: string
  plural: string
  /** What is wrong beyond the metadata; on update too. */
  validate?: (object: KubeObject) => FieldError[]
  /** What is wrong with a new object alone. */
  validateCreate?: (object: KubeObject) => FieldError[]
  /** What an update may not change. */
  validateUpdate?: (object: KubeObject, old: KubeObject) => FieldError[]
  /** Forbidden changes are told before what is wrong with the new state. */
  changesFirst?: boolean
  /** A new object brings its status along (Node). */
  statusOnCreate?: boolean
}

/** A served kind from its row: namespaced, all verbs, names are DNS subdomains, metadata validated, no generation. */
export function kind(row: KindRow): ResourceType {
  const { apiVersion, validate, validateCreate, validateUpdate, ...others } = row
  const { changesFirst = false, statusOnCreate = false, ...rest } = others
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
  const namespaced = row.namespaced ?? true
  const nameRule = row.nameRule ?? 'dns-subdomain'
  const rules = { namespaced, name: nameChecks[nameRule], versionRequired: row.versionRequired }
  return {
    singular: row.kind.toLowerCase(),
    namespaced,
    verbs: allVerbs,
    generation: false,
    nameRule,
    columns: nameAndCreation,
    ...rest,
    group,
    version,
    decode: row.decode ?? ((value, options) => decodeObject(apiVersion, row.kind, value, options)),
    prepareForCreate(object) {
      if (row.subresources?.includes('status') && !statusOnCreate) object.status = emptyStatus(apiVersion, row.kind)
      row.prepareForCreate?.(object)
    },
    validate(object, old) {
      const state = validate?.(object) ?? []
      if (!old) return [...validateMetadata(object, rules), ...state, ...(validateCreate?.(object) ?? [])]
      const changes = validateUpdate?.(object, old) ?? []
      const kindErrors = changesFirst ? [...changes, ...state] : [...state, ...changes]
      return [...validateMetadataUpdate(object, old, rules), ...kindErrors]
    },
  }
}

/** The same resource under an old version, whose objects look the same. */
export function oldVersion(type: ResourceType, version: string, deprecation: string): ResourceType {
  const versioned =
    (name: string) =>
    (object: KubeObject): KubeObject => ({ ...object, apiVersion: `${type.group}/${name}` })
  return {
    ...type,
    version,
    deprecation,
    decode: (value, options) => decodeObject(`${type.group}/${version}`, type.kind, value, options),
    storedAs: { type, fromStored: versioned(version), toStored: versioned(type.version) },
  }
}
