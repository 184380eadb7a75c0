import type { Caller } from '../access/caller.ts'
import type { Call } from '../call.ts'
import { randomText } from '../access/secret.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { linkNames, linksBelow } from '../link-names.ts'
import { kubeconfigText } from '../kubeconfig.ts'
import type { Realm } from '../realm.ts'
import { creatorLabel } from '../state.ts'
import type { Resource, Result, V3Type } from '../v3-type.ts'
import { notFound, settled } from './metadata.ts'
import { nodesPath } from './nodes.ts'

/** The one cluster served, as the type `cluster`. It is not stored: all it shows is asked of the cluster itself. */
export function clusterType(realm: Realm): V3Type {
  return {
    id: 'cluster',
    scope: 'management',
    projectKeys: 'read',
    perCaller: true,
    extraLinks: ({ id }, { urls }) => clusterLinks(urls.at(`/v3/clusters/${id}`)),
    store: {
      list: async ({ caller }) => (sees(caller) ? [await clusterResource(realm)] : []),
      get: async ({ caller }, id) => {
        if (id !== realm.cluster.id || !sees(caller)) throw notFound('clusters', id)
        return clusterResource(realm)
      },
    },
    actions: { generateKubeconfig: (call) => generateKubeconfig(realm, call) },
    offeredActions: () => ['generateKubeconfig'],
  }
}

/** The cluster of a project is part of the project's own address. */
function sees({ reach }: Caller): boolean {
  return reach.kind === 'everything' || reach.kind === 'project' || reach.kind === 'roles'
}

function clusterLinks(self: string): Record<string, string> {
  const shell = `${self.replace(/^http/, 'ws')}?shell=true`
  return { ...linksBelow(self, linkNames.cluster), shell, update: self }
}

const done = [
  'BackingNamespaceCreated',
  'DefaultProjectCreated',
  'SystemProjectCreated',
  'InitialRolesPopulated',
  'CreatorMadeOwner',
  'Pending',
  'Provisioned',
  'Waiting',
  'NoDiskPressure',
  'NoMemoryPressure',
  'Connected',
  'Ready',
]

const none = { cpu: '0', memory: '0', pods: '0' }

/** What Rancher shows of a cluster that it did not make itself. */
const specZero = {
  agentImageOverride: '',
  answers: {},
  description: '',
  desiredAgentImage: '',
  desiredAuthImage: '',
  displayName: '',
  dockerRootDir: '/var/lib/docker',
  enableNetworkPolicy: null,
  localClusterAuthEndpoint: { enabled: false },
}

async function clusterResource(realm: Realm): Promise<Resource> {
  const { cluster, installed } = realm
  const nodes = [...(await cluster.watched(nodesPath)).all()]
  const version = await cluster.kube.get<Record<string, unknown> & KubeObject>('/version')
  return {
    id: cluster.id,
    type: 'cluster',
    ...settled,
    agentImage: '',
    agentImageOverride: '',
    answers: {},
    appliedPodSecurityPolicyTemplateId: '',
    appliedSpec: specZero,
    authImage: '',
    capabilities: { loadBalancerCapabilities: {} },
    allocatable: sum(nodes, 'allocatable'),
    capacity: sum(nodes, 'capacity'),
    conditions: done.map((type) => ({ lastUpdateTime: installed.created, status: 'True', type })),
    created: installed.created,
    description: '',
    desiredAgentImage: '',
    desiredAuthImage: '',
    dockerRootDir: '/var/lib/docker',
    driver: 'imported',
    enableNetworkPolicy: null,
    internal: cluster.id === 'local',
    labels: { ...creatorLabel },
    limits: none,
    localClusterAuthEndpoint: { enabled: false },
    name: cluster.id,
    nodeCount: nodes.length,
    nodeVersion: 0,
    requested: none,
    uuid: installed.uid,
    version,
  }
}

/** Whole units where every node's quantity is a plain number or of one binary unit; enough for cpu, memory and pods. */
function sum(nodes: readonly KubeObject[], field: 'allocatable' | 'capacity'): Record<string, string> {
  const totals: Record<string, string> = {}
  for (const name of ['cpu', 'memory', 'pods']) {
    const amounts = nodes.map(({ status }) => (status?.[field] as Record<string, string> | undefined)?.[name] ?? '0')
    totals[name] = totalOf(amounts)
  }
  return totals
}

const units: Readonly<Record<string, number>> = {
  '': 1,
  m: 0.001,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
}

function totalOf(amounts: readonly string[]): string {
  let total = 0
  for (const amount of amounts) {
    const [, number = '0', unit = ''] = /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(amount) ?? []
    total += Number(number) * (units[unit] ?? 0)
  }
  const kibi = amounts.some((amount) => /[KMGT]i$/.test(amount))
  return kibi ? `${Math.round(total / 1024)}Ki` : String(Math.ceil(total))
}

/**
 * A kubeconfig for this cluster through the server, with a fresh key: only the hash of an earlier one is kept, so it
 * cannot be shown again. A key for one project gets one for that project.
 */
async function generateKubeconfig(realm: Realm, call: Call): Promise<Result> {
  const { userId, reach } = call.caller
  const { token } = await realm.keys.issue({
    name: `kubeconfig-${userId}-${randomText(5)}`,
    userId,
    kind: 'kubeconfig',
    description: 'Kubeconfig token',
    ...(reach.kind === 'project' ? { projectId: reach.projectId } : {}),
  })
  const { id } = realm.cluster
  const server = call.urls.at(`/k8s/clusters/${id}`)
  const config = kubeconfigText({ name: id, server, token, cacerts: realm.cacerts })
  return { kind: 'resource', resource: { type: 'generateKubeConfigOutput', config } }
}
