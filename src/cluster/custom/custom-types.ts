import { columnTexts } from '../kinds/column-texts.ts'
import { age, nameColumn } from '../kinds/columns.ts'
import { validateMetadata, validateMetadataUpdate } from '../kinds/metadata.ts'
import { nameChecks } from '../kinds/names.ts'
import { copyValue } from '../metadata.ts'
import type { KubeObject, ResourceType, TableColumn } from '../resource.ts'
import { decodeObject } from '../schema/decode.ts'
import { customShape } from './custom-shape.ts'
import { prune, setCustomDefaults, validateCustom, type CustomSchema } from './custom-schema.ts'

/** The part of a CustomResourceDefinition's spec that makes its resources. */
export interface DefinitionSpec {
  group: string
  scope: 'Namespaced' | 'Cluster'
  names: DefinitionNames
  versions: readonly DefinitionVersion[]
}

export interface DefinitionNames {
  plural: string
  singular?: string
  kind: string
  listKind?: string
  shortNames?: readonly string[]
  categories?: readonly string[]
}

export interface DefinitionVersion {
  name: string
  served: boolean
  storage: boolean
  deprecated?: boolean
  deprecationWarning?: string
  schema?: { openAPIV3Schema?: CustomSchema }
  subresources?: {
    status?: object
    scale?: { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath?: string }
  }
  additionalPrinterColumns?: readonly PrinterColumn[]
}

interface PrinterColumn {
  name: string
  type: TableColumn['type']
  format?: string
  description?: string
  priority?: number
  jsonPath: string
}

/** In the order in which discovery lists them for custom resources. */
const customVerbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch']

/** A row for one served version of a custom resource. */
export function customType(spec: DefinitionSpec, version: DefinitionVersion): ResourceType {
  const { group, names } = spec
  const namespaced = spec.scope === 'Namespaced'
  const schema = withEnvelope(version.schema?.openAPIV3Schema ?? {})
  const rules = { namespaced, name: nameChecks['dns-subdomain'], versionRequired: true, anyFinalizer: true }
  const { subresources } = version
  return {
    group,
    version: version.name,
    kind: names.kind,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    ...(names.shortNames && { shortNames: names.shortNames }),
    ...(names.categories && { categories: names.categories }),
    namespaced,
    custom: true,
    shape: customShape(schema),
    verbs: customVerbs,
    ...subresourcesOf(subresources),
    generation: true,
    versionRequired: true,
    nameRule: 'dns-subdomain',
    columns: columnsOf(version),
    decode(value, options = {}) {
      const object = copyValue(value) as KubeObject
      prune(object, schema, options.unknown)
      const { metadata } = decodeObject('v1', 'ConfigMap', { metadata: object.metadata ?? {} })
      return { ...object, metadata }
    },
    setDefaults: (object) => setCustomDefaults(object, schema),
    prepareForCreate(object) {
      if (subresources?.status) delete object.status
    },
    prepareForStatusUpdate(object, old) {
      const { resourceVersion, managedFields } = object.metadata
      object.metadata = { ...copyValue(old.metadata) }
      if (resourceVersion !== undefined) object.metadata.resourceVersion = resourceVersion
      if (managedFields) object.metadata.managedFields = managedFields
    },
    validate(object, old) {
      const metadata = old ? validateMetadataUpdate(object, old, rules) : validateMetadata(object, rules)
      const { metadata: _metadata, ...rest } = object
      return [...metadata, ...validateCustom(rest, schema)]
    },
  }
}

/** Every object has these, whether its schema says so or not. */
function withEnvelope(schema: CustomSchema): CustomSchema {
  const free: CustomSchema = { 'x-kubernetes-preserve-unknown-fields': true }
  return { ...schema, properties: { ...schema.properties, apiVersion: {}, kind: {}, metadata: free } }
}

function subresourcesOf(given: DefinitionVersion['subresources']): Partial<ResourceType> {
  const { status, scale } = given ?? {}
  const names = [...(status ? ['status'] : []), ...(scale ? ['scale'] : [])]
  if (!scale) return names.length > 0 ? { subresources: names } : {}
  return {
    subresources: names,
    scale: {
      replicas: plainPath(scale.specReplicasPath),
      statusReplicas: plainPath(scale.statusReplicasPath),
      selector: scale.labelSelectorPath ? plainPath(scale.labelSelectorPath) : ['status', ''],
    },
  }
}

/** `.spec.replicas`. */
function plainPath(path: string): string[] {
  return path.split('.').slice(1)
}

const creation: PrinterColumn = {
  name: 'Age',
  type: 'date',
  description: columnTexts['Age'] ?? '',
  jsonPath: '.metadata.creationTimestamp',
}

function columnsOf({ additionalPrinterColumns = [creation] }: DefinitionVersion): TableColumn[] {
  return [nameColumn, ...additionalPrinterColumns.map(columnOf)]
}

function columnOf({ name, type, format = '', description, priority = 0, jsonPath }: PrinterColumn): TableColumn {
  const steps = jsonPathSteps(jsonPath)
  return {
    name,
    type,
    format,
    description: description ?? `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    priority,
    cell(object, now) {
      const value = valueAt(object, steps)
      if (value === undefined || value === null) return null
      if (type === 'date') return age(value, now)
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
        return type === 'string' ? String(value) : value
      }
      return JSON.stringify(value)
    },
  }
}

type Step = string | number | { field: string; equals: string }

/** Members, indices and `[?(@.type=="Ready")]`: what printer columns use of JSONPath. */
function jsonPathSteps(path: string): Step[] {
  const steps: Step[] = []
  const pattern = /\.((?:\\.|[^.[\\])+)|\[(\d+)\]|\['((?:[^'])+)'\]|\[\?\(@\.([^=\s]+)\s*==\s*["']([^"']*)["']\)\]/g
  for (const [, member, index, quoted, field, equals] of path.matchAll(pattern)) {
    if (member !== undefined) steps.push(member.replaceAll(/\\(.)/g, '$1'))
    else if (index !== undefined) steps.push(Number(index))
    else if (quoted !== undefined) steps.push(quoted)
    else if (field !== undefined) steps.push({ field, equals: equals ?? '' })
  }
  return steps
}

function valueAt(object: KubeObject, steps: readonly Step[]): unknown {
  let value: unknown = object
  for (const step of steps) {
    if (typeof value !== 'object' || value === null) return undefined
    if (typeof step !== 'object') value = (value as Record<string | number, unknown>)[step]
    else value = (value as Record<string, unknown>[]).find((item) => String(item[step.field]) === step.equals)
  }
  return value
}
