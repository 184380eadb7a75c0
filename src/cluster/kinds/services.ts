import type { KubeObject } from '../resource.ts'
import { ageColumn, column, labelText, nameColumn, orNone } from './columns.ts'
import { kind } from './kind.ts'
import { at, ensure, fill, isRecord, list, number, record, records, text, texts, type Json } from './read.ts'
import {
  allocateClusterIp,
  allocateHealthPort,
  allocateNodePorts,
  fillFamilies,
  keepAllocated,
  refuseFamilies,
  repeatClusterIp,
} from './service-allocation.ts'
import { needsClusterIp, needsHealthPort, needsNodePort, serviceChanges, serviceErrors } from './service-validation.ts'

export const service = kind({
  apiVersion: 'v1',
  kind: 'Service',
  plural: 'services',
  shortNames: ['svc'],
  categories: ['all'],
  subresources: ['status'],
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  nameRule: 'dns-1035-label',
  versionRequired: true,
  changesFirst: true,
  setDefaults: (object) => defaultService(ensure(object, 'spec')),
  prepareForCreate(object) {
    const spec = ensure(object, 'spec')
    repeatClusterIp(spec)
    if (needsClusterIp(spec)) fillFamilies(spec)
  },
  prepareForUpdate(object, old) {
    keepAllocated(ensure(object, 'spec'), record(old.spec))
  },
  validate: serviceErrors,
  validateUpdate: (object, old) => serviceChanges(record(object.spec), record(old.spec)),
  // A dry run shows the node ports, but no address.
  allocate(object, api, old, dryRun) {
    const spec = ensure(object, 'spec')
    if (needsClusterIp(spec)) {
      fillFamilies(spec)
      refuseFamilies(object, spec)
      if (!dryRun) allocateClusterIp(object, spec, api)
    }
    if (needsNodePort(spec)) allocateNodePorts(object, spec, api)
    if (needsHealthPort(spec)) allocateHealthPort(object, spec, api, record(old?.spec))
  },
  columns: [
    nameColumn,
    column('Service', 'Type', (object) => text(at(object, 'spec', 'type'))),
    column('Service', 'Cluster-IP', (object) =>
      orNone(texts(at(object, 'spec', 'clusterIPs'))[0] ?? text(at(object, 'spec', 'clusterIP'))),
    ),
    column('Service', 'External-IP', externalIp),
    column('Service', 'Port(s)', portsText),
    ageColumn,
    column('Service', 'Selector', (object) => labelText(at(object, 'spec', 'selector')), { wide: true }),
  ],
})

function defaultService(spec: Json): void {
  for (const name of ['sessionAffinity', 'type']) if (spec[name] === '') delete spec[name]
  fill(spec, { sessionAffinity: 'None', type: 'ClusterIP' })
  if (spec['sessionAffinity'] === 'ClientIP') {
    fill(ensure(ensure(spec, 'sessionAffinityConfig'), 'clientIP'), { timeoutSeconds: 10800 })
  }
  for (const port of list(spec['ports']).filter(isRecord)) {
    if (text(port['protocol']) === '') port['protocol'] = 'TCP'
    const target = port['targetPort']
    if (target === undefined || target === null || target === 0 || target === '') port['targetPort'] = port['port'] ?? 0
  }
  if (needsNodePort(spec)) spec['externalTrafficPolicy'] ??= 'Cluster'
}

function externalIp(object: KubeObject): string {
  const spec = record(object.spec)
  const given = texts(spec['externalIPs'])
  switch (spec['type']) {
    case 'ExternalName':
      return text(spec['externalName'])
    case 'LoadBalancer': {
      const ingress = records(at(object, 'status', 'loadBalancer', 'ingress')).map(
        (one) => text(one['ip']) || text(one['hostname']),
      )
      const all = [...ingress, ...given]
      return all.length === 0 ? '<pending>' : all.join(',')
    }
    default:
      return orNone(given.join(','))
  }
}

function portsText(object: KubeObject): string {
  const ports = records(at(object, 'spec', 'ports')).map((port) => {
    const nodePort = number(port['nodePort'])
    const shown = nodePort > 0 ? `${number(port['port'])}:${nodePort}` : String(number(port['port']))
    return `${shown}/${text(port['protocol'])}`
  })
  return orNone(ports.join(','))
}
