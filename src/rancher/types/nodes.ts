import { createHash } from 'node:crypto'
import { changesOf } from '../kubernetes/changes.ts'
import { V3Error } from '../answer/failure.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { Realm } from '../realm.ts'
import type { Resource, V3Type } from '../schema/v3-type.ts'
import { metadataFields, settled } from './metadata.ts'

export const nodesPath = '/api/v1/nodes'

export function nodeType(realm: Realm): V3Type {
  const list = async () => [...(await realm.cluster.watched(nodesPath)).all()]
  return {
    id: 'node',
    scope: 'management',
    plainNesting: true,
    // nodes are created through drivers, which are not served
    withheldLinks: () => ['remove'],
    store: {
      list: async () => (await list()).map((node) => nodeResource(realm, node)),
      get: async (_call, id) => {
        const found = (await list()).find((node) => nodeId(realm.cluster.id, node.metadata.name ?? '') === id)
        if (!found) throw new V3Error('NotFound', `nodes.management.cattle.io "${id.split(':').pop()}" not found`)
        return nodeResource(realm, found)
      },
      watch: async function* (_call, signal) {
        yield* changesOf(await realm.cluster.watched(nodesPath), signal, (node) => nodeResource(realm, node))
      },
    },
  }
}

const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

/** `local:machine-xxxxx`. Rancher's five characters are random; here they are derived from the node's name. */
export function nodeId(clusterId: string, nodeName: string): string {
  const digest = createHash('sha256').update(nodeName).digest()
  const text = [...digest.subarray(0, 5)].map((byte) => alphabet[byte % alphabet.length]).join('')
  return `${clusterId}:machine-${text}`
}

const mapped = new WeakMap<KubeObject, Resource>()

function nodeResource({ cluster }: Realm, node: KubeObject): Resource {
  const known = mapped.get(node)
  if (known) return known
  const resource = mapNode(cluster.id, node)
  mapped.set(node, resource)
  return resource
}

interface NodeStatus {
  allocatable?: Record<string, string>
  capacity?: Record<string, string>
  addresses?: { type: string; address: string }[]
  conditions?: object[]
  nodeInfo?: Record<string, string>
}

function mapNode(clusterId: string, node: KubeObject): Resource {
  const name = node.metadata.name ?? ''
  const { allocatable, capacity, addresses = [], conditions = [], nodeInfo = {} } = (node.status ?? {}) as NodeStatus
  const address = (type: string) => addresses.find((one) => one.type === type)?.address
  return {
    id: nodeId(clusterId, name),
    type: 'node',
    ...metadataFields(node),
    ...settled,
    allocatable,
    capacity,
    clusterId,
    conditions: [
      { message: 'registered with kubernetes', status: 'True', type: 'Registered' },
      { status: 'True', type: 'Provisioned' },
      ...conditions,
    ],
    customConfig: null,
    ...rolesOf(node.metadata.labels),
    hostname: name,
    imported: false,
    info: infoOf(nodeInfo, capacity),
    ipAddress: address('InternalIP'),
    ...(address('ExternalIP') ? { externalIpAddress: address('ExternalIP') } : {}),
    name: '',
    namespaceId: null,
    nodeName: name,
    nodePoolId: '',
    podCidr: node.spec?.['podCIDR'],
    podCidrs: node.spec?.['podCIDRs'],
    requestedHostname: name,
    unschedulable: node.spec?.['unschedulable'] === true,
  }
}

/** By the labels; a node without a role is a worker. */
export function rolesOf(labels: Readonly<Record<string, string>> = {}) {
  const has = (...roles: string[]) => roles.some((role) => `node-role.kubernetes.io/${role}` in labels)
  const [controlPlane, etcd] = [has('controlplane', 'control-plane', 'master'), has('etcd')]
  return { controlPlane, etcd, worker: has('worker') || !(controlPlane || etcd) }
}

function infoOf(info: Record<string, string>, capacity: Record<string, string> = {}) {
  return {
    cpu: { count: Number(capacity['cpu'] ?? 0) || 0 },
    kubernetes: { kubeProxyVersion: info['kubeProxyVersion'], kubeletVersion: info['kubeletVersion'] },
    memory: { memTotalKiB: kibibytes(capacity['memory']) },
    os: {
      dockerVersion: info['containerRuntimeVersion'],
      kernelVersion: info['kernelVersion'],
      operatingSystem: info['osImage'],
    },
  }
}

function kibibytes(quantity = ''): number {
  return /^\d+Ki$/.test(quantity) ? Number(quantity.slice(0, -2)) : 0
}
