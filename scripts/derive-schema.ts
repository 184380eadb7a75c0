/**
 * Derives src/cluster/schema/types.data.ts, the structure of the kinds that the embedded cluster serves, from a Kubernetes
 * OpenAPI v2 document: `npx esbuild scripts/derive-schema.ts | node --input-type=module - OPENAPI.json > src/cluster/schema/types.data.ts`.
 * The format is explained in src/cluster/schema/types.ts.
 */
import { readFileSync } from 'node:fs'
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
  'storage.v1': 'StorageClass',
  'scheduling.v1': 'PriorityClass',
  'events.v1': 'Event',
  'authentication.v1': 'TokenRequest TokenReview',
  'authorization.v1': 'SelfSubjectAccessReview SelfSubjectRulesReview',
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
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 'time',
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

function fieldLine(name: string, property: Property, required: boolean): string {
  const marks = [required ? '!' : '']
  const strategy = property['x-kubernetes-patch-strategy']
  const key = property['x-kubernetes-patch-merge-key']
  const list = property['x-kubernetes-list-type']
  const keys = property['x-kubernetes-list-map-keys']
  if (strategy !== undefined) marks.push(`patch=${strategy}`)
  if (key !== undefined) marks.push(`key=${key}`)
  if (list !== undefined) marks.push(`list=${list}`)
  if (keys !== undefined) marks.push(`keys=${keys.join(',')}`)
  return ['', name, typeText(property), ...marks.filter((mark) => mark !== '')].join(' ')
}

const lines: string[] = []
for (const name of order) {
  const definition = document.definitions[name]
  if (!definition) continue
  const atomic = definition['x-kubernetes-map-type'] === 'atomic' ? ' atomic' : ''
  lines.push(`${shortName(name)}${atomic}`)
  const required = new Set(definition.required)
  for (const [field, property] of Object.entries(definition.properties ?? {})) {
    lines.push(fieldLine(field, property, required.has(field)))
  }
}

stdout.write(
  `/** Derived by scripts/derive-schema.ts from Kubernetes' OpenAPI document; do not edit. */\nexport const typesText = \`${lines.join('\n')}\n\`\n`,
)
