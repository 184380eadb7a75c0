import type { KubeObject } from '../../model/kube-object.ts'
import { type Fields, fieldsOf, listOf } from './rows.ts'

/** The node ports that lead to pods with these labels, as Rancher's annotation lists them. */
export function endpointsOf(labels: Fields, services: Iterable<KubeObject>): Fields[] {
  const found: Fields[] = []
  for (const service of services) {
    if (selects(fieldsOf(service.spec?.['selector']), labels)) found.push(...serviceEndpoints(service))
  }
  return found
}

export function serviceEndpoints({ metadata, spec = {} }: KubeObject): Fields[] {
  if (spec['type'] !== 'NodePort' && spec['type'] !== 'LoadBalancer') return []
  return listOf(spec['ports'])
    .filter(({ nodePort }) => typeof nodePort === 'number' && nodePort > 0)
    .map(({ nodePort, protocol }) => ({
      port: nodePort,
      protocol: protocol ?? 'TCP',
      serviceName: `${metadata.namespace}:${metadata.name}`,
      allNodes: true,
    }))
}

function selects(selector: Fields, labels: Fields): boolean {
  const entries = Object.entries(selector)
  return entries.length > 0 && entries.every(([key, value]) => labels[key] === value)
}
