import type { KubeObject } from '../../model/kube-object.ts'
import type { Fields, Row } from '../workloads/mapping/rows.ts'
import { listOf, row, textOf, valueAt } from '../workloads/mapping/rows.ts'
import { targetWorkloadsAnnotation } from '../workloads/services/port-services.ts'
import { readPublicEndpoints } from '../workloads/services/public-endpoints.ts'
import { namespacedType } from './namespaced-type.ts'

/** What `services` and `dnsRecords` both show of a Service. */
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
  const targets = annotations[targetWorkloadsAnnotation]
  const { publicEndpoints } = readPublicEndpoints(annotations)
  return {
    ...(annotations['field.cattle.io/description'] && { description: annotations['field.cattle.io/description'] }),
    ...(targets !== undefined && { targetWorkloadIds: parseList(targets) }),
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

function parseList(text: string): unknown {
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) ? list : null
  } catch {
    return null
  }
}

function writeService({ metadata }: KubeObject, body: Fields): void {
  const targets = body['targetWorkloadIds']
  if (Array.isArray(targets)) {
    metadata.annotations = { ...metadata.annotations, [targetWorkloadsAnnotation]: JSON.stringify(targets) }
  }
  const description = textOf(body['description'])
  if (description !== '') {
    metadata.annotations = { ...metadata.annotations, 'field.cattle.io/description': description }
  }
}

const common = { plural: 'services', kind: 'Service', stateful: true, read: readService, write: writeService } as const

export const serviceType = namespacedType({ ...common, id: 'service', rows: serviceRows })

export const dnsRecordType = namespacedType({ ...common, id: 'dnsRecord', rows: [...sharedRows, clusterIp] })
