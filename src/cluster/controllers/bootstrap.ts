import type { Api } from '../verbs/api.ts'
import type { KubeObject } from '../resource.ts'
import { timestamp } from './clock.ts'
import { createAbsent } from './namespaces.ts'

const version = 'v1.30.0'

/** Namespaces that always exist. */
const namespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease']

/** Creates what every cluster has from the start. Existing objects stay unchanged. */
export async function bootstrap(api: Api, nodes: number, now: number): Promise<void> {
  for (const name of namespaces) {
    await createAbsent(api, api.type('v1', 'Namespace'), { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  }
  for (let index = 1; index <= nodes; index += 1) await createNode(api, index, now)
  const labels = { component: 'apiserver', provider: 'kubernetes' }
  await createAbsent(api, api.type('v1', 'Service'), {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kubernetes', namespace: 'default', labels },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.43.0.1',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
      sessionAffinity: 'None',
    },
  })
  await createAbsent(api, api.type('v1', 'Endpoints'), {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'kubernetes', namespace: 'default' },
    subsets: [{ addresses: [{ ip: '10.98.0.1' }], ports: [{ name: 'https', port: 6443, protocol: 'TCP' }] }],
  })
}

async function createNode(api: Api, index: number, now: number): Promise<void> {
  const type = api.type('v1', 'Node')
  const node = describeNode(index, now)
  const name = node.metadata.name ?? ''
  if (api.find(type, undefined, name)) return
  const created = await api.create(type, node)
  await api.updateStatus(type, { ...created, status: node.status ?? {} })
}

/** A node as its kubelet would report it: ready, with ample resources and 4096 pod addresses. */
function describeNode(index: number, now: number): KubeObject {
  const name = `node-${index}`
  const podCIDR = `10.42.${(index - 1) * 16}.0/20`
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        ...(index === 1 && { 'node-role.kubernetes.io/control-plane': 'true' }),
      },
      annotations: { 'node.alpha.kubernetes.io/ttl': '0' },
    },
    spec: { podCIDR, podCIDRs: [podCIDR] },
    status: nodeStatus(name, index, now),
  }
}

const conditions = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
] as const

function nodeStatus(name: string, index: number, now: number): Record<string, unknown> {
  const room = { cpu: '64', 'ephemeral-storage': '200Gi', memory: '256Gi', pods: '4k' }
  const time = timestamp(now)
  return {
    capacity: room,
    allocatable: room,
    conditions: conditions.map(([type, status, reason, message]) => ({
      type,
      status,
      lastHeartbeatTime: time,
      lastTransitionTime: time,
      reason,
      message,
    })),
    addresses: [
      { type: 'InternalIP', address: `10.98.0.${10 + index}` },
      { type: 'Hostname', address: name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      machineID: `d0000000000000000000000000000${String(index).padStart(3, '0')}`,
      systemUUID: `d0000000-0000-0000-0000-000000000${String(index).padStart(3, '0')}`,
      bootID: `b0000000-0000-0000-0000-000000000${String(index).padStart(3, '0')}`,
      kernelVersion: '5.10.0-embedded',
      osImage: 'Drover embedded node',
      containerRuntimeVersion: 'containerd://1.7.0-embedded',
      kubeletVersion: version,
      kubeProxyVersion: version,
      operatingSystem: 'linux',
      architecture: 'amd64',
    },
  }
}
