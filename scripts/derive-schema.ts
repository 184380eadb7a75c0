/**
 * Derives src/cluster/schema/types.data.ts, the structure of the kinds that the embedded cluster serves, from a
 * Kubernetes OpenAPI v2 document (types, merge keys) and the Go modules of the same version (field order, what is
 * printed when empty, protobuf field numbers): the directories of k8s.io/api, k8s.io/apimachinery and
 * k8s.io/apiextensions-apiserver.
 *     npx esbuild scripts/derive-schema.ts | node --input-type=module - OPENAPI.json API APIMACHINERY APIEXTENSIONS
 * [KEPT]
 *       > src/cluster/schema/types.data.ts
 * KEPT is an earlier result. Its lines are preserved, so that recordings still match, and only the types and fields
 * that this version adds are merged in. The structure served is that of Kubernetes 1.21 plus the additions of 1.37.
 * src/cluster/schema/types.ts explains the format.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { argv, stdout } from 'node:process'

interface Property {
  $ref?: string
  type?: string
  format?: string
  items?: Property
  additionalProperties?: Property
  'x-kubernetes-patch-strategy'?: string
  'x-kubernetes-patch-merge-key'?: string
  'x-kubernetes-list-type'?: string
  'x-kubernetes-list-map-keys'?: string[]
}

interface Definition extends Property {
  properties?: Record<string, Property>
  required?: string[]
  'x-kubernetes-map-type'?: string
}

const served: Readonly<Record<string, string>> = {
  'core.v1':
    'Namespace Node Pod Service Endpoints Secret ConfigMap ServiceAccount Event PersistentVolumeClaim PersistentVolume ' +
    'ReplicationController ResourceQuota LimitRange PodTemplate Binding',
  'apps.v1': 'Deployment ReplicaSet StatefulSet DaemonSet ControllerRevision',
  'batch.v1': 'Job CronJob',
  'coordination.v1': 'Lease',
  'discovery.v1': 'EndpointSlice',
  'networking.v1': 'Ingress IngressClass NetworkPolicy',
  'policy.v1': 'PodDisruptionBudget',
  'policy.v1beta1': 'Eviction',
  'rbac.v1': 'Role RoleBinding ClusterRole ClusterRoleBinding',
  'autoscaling.v1': 'Scale HorizontalPodAutoscaler',
  'autoscaling.v2': 'HorizontalPodAutoscaler',
  'storage.v1': 'StorageClass CSIDriver CSINode VolumeAttachment',
  'scheduling.v1': 'PriorityClass',
  'events.v1': 'Event',
  'authentication.v1': 'TokenRequest TokenReview',
  'authorization.v1': 'SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview LocalSubjectAccessReview',
  'apiextensions.v1': 'CustomResourceDefinition',
}

const groups: Readonly<Record<string, string>> = {
  core: '',
  rbac: 'rbac.authorization.k8s.io',
  networking: 'networking.k8s.io',
  discovery: 'discovery.k8s.io',
  coordination: 'coordination.k8s.io',
  storage: 'storage.k8s.io',
  scheduling: 'scheduling.k8s.io',
  events: 'events.k8s.io',
  authentication: 'authentication.k8s.io',
  authorization: 'authorization.k8s.io',
  apiextensions: 'apiextensions.k8s.io',
}

const scalars: Readonly<Record<string, string>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'quantity',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'int-or-string',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 'time',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 'micro-time',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': 'any',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'any',
}

const formats: Readonly<Record<string, string>> = { byte: 'bytes', int32: 'int32', int64: 'int64', double: 'number' }

const document = JSON.parse(readFileSync(argv[2] ?? '', 'utf8')) as { definitions: Record<string, Definition> }

function shortName(ref: string): string {
  const name = ref.replace('#/definitions/', '').split('.')
  const [version, kind] = name.slice(-2)
  if (name.includes('apimachinery')) return `meta/${version}.${kind}`
  const group = name.at(-3) ?? ''
  const full = groups[group] ?? group
  return full === '' ? `${version}.${kind}` : `${full}/${version}.${kind}`
}

function packageOf(group: string): string {
  return group.startsWith('apiextensions') ? 'io.k8s.apiextensions-apiserver.pkg.apis' : 'io.k8s.api'
}

const order: string[] = Object.entries(served).flatMap(([group, kinds]) =>
  kinds.split(' ').map((kind) => `${packageOf(group)}.${group}.${kind}`),
)
const queued = new Set(order)

function typeText(property: Property): string {
  if (property.$ref !== undefined) {
    const name = property.$ref.replace('#/definitions/', '')
    const scalar = scalars[name] ?? (document.definitions[name]?.properties ? undefined : 'any')
    if (scalar !== undefined) return scalar
    if (!queued.has(name)) {
      queued.add(name)
      order.push(name)
    }
    return shortName(property.$ref)
  }
  if (property.type === 'array') return `[]${typeText(property.items ?? {})}`
  if (property.type === 'object')
    return property.additionalProperties ? `{}${typeText(property.additionalProperties)}` : 'any'
  if (property.format !== undefined && formats[property.format] !== undefined) return formats[property.format] ?? ''
  return property.type ?? 'any'
}

interface GoField {
  /** `Spec`, or `VolumeSource.Secret` for a field of an embedded struct. */
  goName: string
  json: string
  /** Protobuf field number; `2.6` for a field of an embedded message. */
  number: string
  pointer: boolean
  omitEmpty: boolean
}

const fieldPattern = /^\t(?:(\w+)\s+)?(\*?[\w.[\]*]+)?\s*`json:"([^"]*)"(?:.*?protobuf:"\w+,(\d+),)?/

/** Maps a definition's name to the directory of its Go package. */
function goDirectory(name: string): string {
  const [, , , api = '', machinery = '', extensions = ''] = argv
  const path = name.split('.').slice(0, -1).join('/')
  if (path.includes('apimachinery')) return join(machinery, path.replace('io/k8s/apimachinery/', ''))
  if (path.includes('apiextensions')) return join(extensions, path.replace('io/k8s/apiextensions-apiserver/', ''))
  return join(api, path.replace('io/k8s/api/', ''))
}

const sources = new Map<string, string>()

function goSource(directory: string): string {
  const known = sources.get(directory)
  if (known !== undefined) return known
  const files = readdirSync(directory).filter((file) => file.endsWith('.go') && !file.includes('generated'))
  const source = files.map((file) => readFileSync(join(directory, file), 'utf8')).join('\n')
  sources.set(directory, source)
  return source
}

function goFields(directory: string, type: string): GoField[] {
  const body = new RegExp(`^type ${type} struct \\{\n([^]*?)^\\}`, 'm').exec(goSource(directory))?.[1] ?? ''
  return body.split('\n').flatMap((line) => {
    const match = fieldPattern.exec(line)
    if (!match) return []
    const [, first, second, tag = '', number = ''] = match
    const [name, goType] = second === undefined || second === '' ? [undefined, first ?? ''] : [first, second]
    const [json = '', ...options] = tag.split(',')
    if (name === undefined && (options.includes('inline') || json === '')) {
      if (number === '') return []
      return goFields(directory, goType).map((field) => ({
        ...field,
        goName: `${goType}.${field.goName}`,
        number: `${number}.${field.number}`,
      }))
    }
    const goName = name ?? goType.split('.').at(-1) ?? ''
    return [{ goName, json, number, pointer: goType.startsWith('*'), omitEmpty: options.includes('omitempty') }]
  })
}

function fieldLine(name: string, property: Property, required: boolean, go: GoField | undefined): string {
  const marks = [required ? '!' : '', go?.pointer ? '*' : go?.omitEmpty === false ? '' : '?', go?.number ?? '']
  const strategy = property['x-kubernetes-patch-strategy']
  const key = property['x-kubernetes-patch-merge-key']
  const list = property['x-kubernetes-list-type']
  const keys = property['x-kubernetes-list-map-keys']
  if (go && go.goName !== name.charAt(0).toUpperCase() + name.slice(1)) marks.push(`go=${go.goName}`)
  if (strategy !== undefined) marks.push(`patch=${strategy}`)
  if (key !== undefined) marks.push(`key=${key}`)
  if (list !== undefined) marks.push(`list=${list}`)
  if (keys !== undefined) marks.push(`keys=${keys.join(',')}`)
  return ['', name, typeText(property), ...marks.filter((mark) => mark !== '')].join(' ')
}

/** Maps a type's header line to its field lines. */
type Types = Map<string, string[]>

function derive(): Types {
  const types: Types = new Map()
  for (const name of order) {
    const definition = document.definitions[name]
    if (!definition) continue
    const atomic = definition['x-kubernetes-map-type'] === 'atomic' ? ' atomic' : ''
    const required = new Set(definition.required)
    const go = goFields(goDirectory(name), name.split('.').at(-1) ?? '')
    const rank = (field: string): number => go.findIndex(({ json }) => json === field)
    const properties = Object.entries(definition.properties ?? {}).sort(([left], [right]) => rank(left) - rank(right))
    const fields = properties.map(([field, property]) =>
      fieldLine(
        field,
        property,
        required.has(field),
        go.find(({ json }) => json === field),
      ),
    )
    types.set(`${shortName(name)}${atomic}`, fields)
  }
  return types
}

function parse(text: string): Types {
  const types: Types = new Map()
  let fields: string[] = []
  for (const line of text
    .slice(text.indexOf('`') + 1, text.lastIndexOf('`'))
    .trimEnd()
    .split('\n')) {
    if (line.startsWith(' ')) fields.push(line)
    else types.set(line, (fields = []))
  }
  return types
}

const nameOf = (line: string): string => line.trim().split(' ')[0] ?? ''
const typeOf = (line: string): string => (line.trim().split(' ')[1] ?? '').replace(/^([[{][\]}])+/, '')

/** A field that older objects lack is printed only if set. */
function optional(line: string): string {
  const [name, type = '', ...marks] = line.trim().split(' ')
  const plain = marks.filter((mark) => mark !== '?' && mark !== '*')
  const wasPointer = marks.includes('*') || /^[a-z]+.*\/|^v1\./.test(type)
  return ['', name, type, wasPointer ? '*' : '?', ...plain].join(' ')
}

/** The kept lines, with lines that only `newer` has inserted at their places. */
function mergeFields(kept: readonly string[], newer: readonly string[]): string[] {
  const merged = [...kept]
  let at = 0
  for (const line of newer) {
    const found = merged.findIndex((one) => nameOf(one) === nameOf(line))
    if (found < 0) merged.splice(at, 0, optional(line))
    at = found < 0 ? at + 1 : found + 1
  }
  return merged
}

function merge(kept: Types, newer: Types): Types {
  const plain = (head: string): string => head.replace(' atomic', '')
  const newerByName = new Map([...newer].map(([head, fields]) => [plain(head), fields]))
  // finds a renamed type by the fields that use it
  const renamed = new Map<string, string>()
  for (const [head, fields] of kept) {
    for (const line of fields) {
      const now = newerByName.get(plain(head))?.find((one) => nameOf(one) === nameOf(line))
      if (now && typeOf(now) !== typeOf(line) && !newerByName.has(typeOf(line))) renamed.set(typeOf(line), typeOf(now))
    }
  }
  const merged: Types = new Map()
  for (const [head, fields] of kept) {
    const name = plain(head)
    merged.set(head, mergeFields(fields, newerByName.get(renamed.get(name) ?? name) ?? []))
  }
  const known = new Set([...kept.keys()].map(plain))
  for (const [head, fields] of newer) if (!known.has(plain(head))) merged.set(head, fields)
  return merged
}

const derived = derive()
const earlier = argv[6] === undefined ? undefined : parse(readFileSync(argv[6], 'utf8'))
const lines = [...(earlier ? merge(earlier, derived) : derived)].flatMap(([head, fields]) => [head, ...fields])

stdout.write(
  `/** Derived by scripts/derive-schema.ts; do not edit. */\nexport const typesText = \`${lines.join('\n')}\n\`\n`,
)
