import type { KubeObject } from '../../model/kube-object.ts'
import { V3Error } from '../answer/failure.ts'
import type { Fields, Row } from '../workloads/mapping/rows.ts'
import { listOf, row, sameJson, textOf, valueAt } from '../workloads/mapping/rows.ts'
import { targetWorkloadsAnnotation } from '../workloads/services/port-services.ts'
import { readPublicEndpoints } from '../workloads/services/public-endpoints.ts'
import { namespacedType } from './namespaced-type.ts'
import { addressesAnnotation, keepAddresses, requireOutside } from './service-addresses.ts'

/** The common part of `services` and `dnsRecords`. */
const sharedRows: readonly Row[] = [
  row('selector', 'spec.selector'),
  row('hostname', 'spec.externalName'),
  row('ports', 'spec.ports'),
  row('topologyKeys', 'spec.topologyKeys'),
]

const clusterIp: Row = {
  v3: 'clusterIp',
  kube: 'spec.clusterIP',
  conversion: { read: (ip) => (ip === 'None' ? null : ip), write: (ip) => ip },
}

const serviceRows: readonly Row[] = [
  ...sharedRows,
  clusterIp,
  row('kind', 'spec.type'),
  ...[
    'externalIPs',
    'externalTrafficPolicy',
    'healthCheckNodePort',
    'loadBalancerIP',
    'loadBalancerSourceRanges',
    'publishNotReadyAddresses',
    'sessionAffinity',
    'sessionAffinityConfig',
  ].map((field) => row(field, `spec.${field}`)),
]

function readService(object: KubeObject): Fields {
  const { annotations = {} } = object.metadata
  const { publicEndpoints } = readPublicEndpoints(annotations)
  return {
    ...(annotations['field.cattle.io/description'] && { description: annotations['field.cattle.io/description'] }),
    ...readLists(annotations),
    // A service's own endpoints do not name it.
    ...(publicEndpoints && {
      publicEndpoints: publicEndpoints.map(({ serviceId: _serviceId, ...endpoint }) => endpoint),
    }),
    creatorId: null,
    workloadId: null,
    ...(awaitsBalancer(object) && provisioning),
  }
}

const provisioning = {
  state: 'pending',
  transitioning: 'yes',
  transitioningMessage: 'Load balancer is being provisioned',
} as const

function awaitsBalancer({ spec, status }: KubeObject): boolean {
  return spec?.['type'] === 'LoadBalancer' && listOf(valueAt(status, 'loadBalancer.ingress')).length === 0
}

/** Lists stored in annotations. */
const lists: Readonly<Record<string, string>> = {
  ipAddresses: addressesAnnotation,
  targetDnsRecordIds: 'field.cattle.io/targetDnsRecordIds',
  targetWorkloadIds: targetWorkloadsAnnotation,
}

function readLists(annotations: Readonly<Record<string, string>>): Fields {
  const set = Object.entries(lists).flatMap(([field, key]) => {
    const text = annotations[key]
    return text === undefined ? [] : [[field, parseList(text)] as const]
  })
  return Object.fromEntries(set)
}

function parseList(text: string): unknown {
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) ? list : null
  } catch {
    return null
  }
}

function writeService({ metadata }: KubeObject, body: Fields): void {
  for (const field of ['targetDnsRecordIds', 'targetWorkloadIds']) refuseTargets(field, metadata, body)
  const addresses = body['ipAddresses']
  if (Array.isArray(addresses)) {
    for (const address of addresses) requireOutside(textOf(address))
    metadata.annotations = { ...metadata.annotations, [addressesAnnotation]: JSON.stringify(addresses) }
  }
  const description = textOf(body['description'])
  if (description !== '') {
    metadata.annotations = { ...metadata.annotations, 'field.cattle.io/description': description }
  }
}

/** Unsupported references are refused, but a document sent back as read contains nothing new. */
function refuseTargets(field: string, { annotations = {} }: KubeObject['metadata'], body: Fields): void {
  const wanted = body[field]
  const today = parseList(annotations[lists[field] ?? ''] ?? '[]')
  if (!Array.isArray(wanted) || wanted.length === 0 || sameJson(wanted, today)) return
  throw new V3Error('NotImplemented', `${field} is not served`, { fieldName: field })
}

/** A name without any port would not resolve. */
const defaultPort = { name: 'default', port: 42, protocol: 'TCP', targetPort: 42 } as const

function completeService(object: KubeObject, body: Fields): void {
  const spec = (object.spec ??= {})
  if (listOf(spec['ports']).length === 0) spec['ports'] = [defaultPort]
  // as a read shows a headless service
  if (body['clusterIp'] === null) spec['clusterIP'] = 'None'
}

/** A record is either a CNAME or a headless Service. */
function completeRecord(object: KubeObject): void {
  const spec = (object.spec ??= {})
  const alias = textOf(spec['externalName']) !== ''
  spec['type'] = alias ? 'ExternalName' : 'ClusterIP'
  if (!alias) spec['clusterIP'] = 'None'
  spec['ports'] = [defaultPort]
}

const common = {
  plural: 'services',
  kind: 'Service',
  stateful: true,
  read: readService,
  write: writeService,
  follow: keepAddresses,
} as const

export const serviceType = namespacedType({ ...common, id: 'service', rows: serviceRows, complete: completeService })

export const dnsRecordType = namespacedType({
  ...common,
  id: 'dnsRecord',
  rows: [...sharedRows, clusterIp],
  complete: completeRecord,
})
