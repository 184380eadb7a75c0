import { BlockList, isIP } from 'node:net'
import { unlessMissing } from '../../kube/index.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { V3Error } from '../answer/failure.ts'
import type { Call } from '../request/call.ts'
import { listOf, sameJson } from '../workloads/mapping/rows.ts'

/** External addresses of a service: a JSON list. */
export const addressesAnnotation = 'field.cattle.io/ipAddresses'

interface Special {
  ranges: readonly (readonly [address: string, bits: number])[]
  /** What an address of it is not. */
  message: string
}

const special: readonly Special[] = [
  {
    ranges: [
      ['0.0.0.0', 32],
      ['::', 128],
    ],
    message: 'may not be unspecified (0.0.0.0)',
  },
  {
    ranges: [
      ['127.0.0.0', 8],
      ['::1', 128],
    ],
    message: 'may not be in the loopback range (127.0.0.0/8)',
  },
  {
    ranges: [
      ['169.254.0.0', 16],
      ['fe80::', 10],
    ],
    message: 'may not be in the link-local range (169.254.0.0/16)',
  },
  {
    ranges: [
      ['224.0.0.0', 24],
      ['ff02::', 16],
    ],
    message: 'may not be in the link-local multicast range (224.0.0.0/24)',
  },
]

export function requireOutside(address: string): void {
  // Rancher echoes the part of the address it has parsed
  if (isIP(address) === 0) throw new V3Error('InvalidOption', '<nil> must be a valid IP address')
  const found = special.find(({ ranges }) => ranges.some(([start, bits]) => isWithin(address, start, bits)))
  if (found) throw new V3Error('InvalidOption', `${address} ${found.message}`)
}

function isWithin(address: string, start: string, bits: number): boolean {
  const range = new BlockList()
  range.addSubnet(start, bits, isIP(start) === 6 ? 'ipv6' : 'ipv4')
  return range.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

/** The Endpoints of a service with external addresses, deleted along with it. */
export async function keepAddresses(service: KubeObject, { cluster: { kube } }: Call): Promise<void> {
  const { name, namespace, uid, annotations } = service.metadata
  const text = annotations?.[addressesAnnotation]
  if (text === undefined) return
  const list = `/api/v1/namespaces/${namespace}/endpoints`
  const subsets = subsetsOf(JSON.parse(text) as string[], service)
  const existing = await unlessMissing(kube.get(`${list}/${name}`))
  if (!existing) {
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Service', name, uid, controller: true }]
    const metadata = { name, namespace, ownerReferences }
    await kube.create(list, { apiVersion: 'v1', kind: 'Endpoints', metadata, subsets })
  } else if (!sameJson(existing['subsets'] ?? [], subsets)) {
    await kube.patch(`${list}/${name}`, { type: 'merge', body: { subsets } })
  }
}

function subsetsOf(addresses: readonly string[], { spec }: KubeObject): object[] {
  if (addresses.length === 0) return []
  const ports = listOf(spec?.['ports']).map(({ name, protocol, targetPort }) => ({
    name,
    port: typeof targetPort === 'number' ? targetPort : 0,
    protocol,
  }))
  return [{ addresses: addresses.map((ip) => ({ ip })), ports }]
}
