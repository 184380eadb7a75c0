import { ownsCluster, type Caller } from '../access/caller.ts'
import type { Call } from '../request/call.ts'
import { changesOf } from '../kubernetes/changes.ts'
import { randomText } from '../access/secret.ts'
import { DroverError } from '../../model/errors.ts'
import { StatusError } from '../../model/status.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { unlessMissing } from '../../kube/index.ts'
import { linkNames, linksBelow } from '../answer/link-names.ts'
import { kubeconfigText } from '../kubernetes/kubeconfig.ts'
import type { Realm } from '../realm.ts'
import { creatorLabel } from '../kubernetes/state.ts'
import type { Change, Resource, Result, V3Type } from '../schema/v3-type.ts'
import { notFound, settled } from './metadata.ts'
import { nodesPath, rolesOf } from './nodes.ts'
import { settingValue } from './settings.ts'
import { administratorOf } from './users.ts'

/** The served cluster as the type `cluster`. It is not stored: everything is read from the cluster itself. */
export function clusterType(realm: Realm): V3Type {
  return {
    id: 'cluster',
    scope: 'management',
    projectKeys: 'read',
    perCaller: true,
    extraLinks: ({ id }, { urls }) => clusterLinks(urls.at(`/v3/clusters/${id}`)),
    withheldLinks: ({ internal }) => (internal === true ? ['remove'] : []),
    store: {
      list: async ({ caller }) => (sees(caller) ? [await clusterResource(realm)] : []),
      get: async ({ caller }, id) => {
        if (id !== realm.cluster.id || !sees(caller)) throw notFound('clusters', id)
        return clusterResource(realm)
      },
      watch: (_call, signal) => watchCluster(realm, signal),
    },
    actions: { generateKubeconfig: (call) => generateKubeconfig(realm, call) },
    offeredActions: (_cluster, { caller }) => (ownsCluster(caller) ? [...offered, 'enableMonitoring'] : offered),
    offeredForAll: ['createFromTemplate'],
  }
}

/** The current state, and again whenever its nodes change. */
async function* watchCluster(realm: Realm, signal: AbortSignal): AsyncGenerator<Change> {
  yield { name: 'resource.change', resource: await clusterResource(realm) }
  const nodes = await realm.cluster.watched(nodesPath)
  const known = new Set([...nodes.all()].map(({ metadata }) => metadata.resourceVersion))
  for await (const { resource: node } of changesOf(nodes, signal, nodeIdentity)) {
    if (known.delete(node.id)) continue
    yield { name: 'resource.change', resource: await clusterResource(realm) }
  }
}

function nodeIdentity({ metadata }: KubeObject): Resource {
  return { id: metadata.resourceVersion ?? '', type: 'node' }
}

/** Importing YAML, templates and monitoring are offered as in Rancher, but not served. */
const offered = ['generateKubeconfig', 'importYaml']

/** The cluster is part of a project's address. */
function sees({ reach }: Caller): boolean {
  return reach.kind === 'everything' || reach.kind === 'project' || reach.kind === 'roles'
}

function clusterLinks(self: string): Record<string, string> {
  const shell = `${self.replace(/^http/, 'ws')}?shell=true`
  return { ...linksBelow(self, linkNames.cluster), shell }
}

/** What Rancher has done for every cluster it manages, or has not been asked to. */
const conditions = {
  BackingNamespaceCreated: 'True',
  DefaultProjectCreated: 'True',
  SystemProjectCreated: 'True',
  InitialRolesPopulated: 'True',
  CreatorMadeOwner: 'True',
  Pending: 'True',
  Provisioned: 'True',
  Waiting: 'True',
  NoDiskPressure: 'True',
  NoMemoryPressure: 'True',
  AlertingEnabled: 'False',
  GlobalAdminsSynced: 'True',
  SystemAccountCreated: 'True',
  AgentDeployed: 'True',
  Updated: 'True',
  Ready: 'True',
  PrometheusOperatorDeployed: 'False',
}

/** Conditions that Rancher's controllers set; clients show them. */
const annotations = {
  'authz.management.cattle.io/creator-role-bindings': '{"created":["cluster-owner"],"required":["cluster-owner"]}',
  'lifecycle.cattle.io/create.cluster-agent-controller-cleanup': 'true',
  'lifecycle.cattle.io/create.cluster-provisioner-controller': 'true',
  'lifecycle.cattle.io/create.cluster-scoped-gc': 'true',
  'lifecycle.cattle.io/create.mgmt-cluster-rbac-remove': 'true',
  'provisioner.cattle.io/ke-driver-update': 'updated',
}

const none = { cpu: '0', memory: '0', pods: '0' }

/** What Rancher shows of an imported cluster. */
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
  const workers = nodes.filter(({ metadata }) => rolesOf(metadata.labels).worker)
  const { version, parts } = await selfDescription(realm)
  const internal = cluster.id === 'local'
  return {
    id: cluster.id,
    type: 'cluster',
    ...settled,
    agentFeatures: { dashboard: true },
    agentImage: settingValue(realm, 'agent-image'),
    agentImageOverride: '',
    annotations,
    answers: {},
    appliedPodSecurityPolicyTemplateId: '',
    appliedSpec: specZero,
    authImage: '',
    capabilities: { loadBalancerCapabilities: {} },
    allocatable: sum(workers, 'allocatable'),
    capacity: sum(workers, 'capacity'),
    componentStatuses: parts,
    conditions: Object.entries(conditions).map(([type, status]) => ({
      lastUpdateTime: installed.created,
      status,
      type,
    })),
    created: installed.created,
    creatorId: administratorOf(realm),
    description: '',
    desiredAgentImage: '',
    desiredAuthImage: '',
    dockerRootDir: '/var/lib/docker',
    ...driverOf(version),
    enableNetworkPolicy: internal ? null : false,
    internal,
    labels: { ...creatorLabel },
    limits: none,
    localClusterAuthEndpoint: { enabled: false },
    name: realm.clusterName,
    nodeCount: nodes.length,
    nodeVersion: 0,
    requested: none,
    uuid: installed.uid,
    version,
  }
}

interface Version extends KubeObject {
  gitVersion?: string
}

interface SelfDescription {
  version: Version
  parts: object[] | undefined
}

/** The cluster's last known state. */
const described = new WeakMap<Realm, SelfDescription>()

/** While a cluster other than its own is unreachable, Rancher shows its last known state. */
async function selfDescription(realm: Realm): Promise<SelfDescription> {
  const { cluster } = realm
  try {
    const version = await cluster.kube.get<Version>('/version')
    const description = { version, parts: await componentStatuses(realm) }
    described.set(realm, description)
    return description
  } catch (error) {
    const last = cluster.id === 'local' ? undefined : described.get(realm)
    if (last && error instanceof DroverError && error.code === 'UNREACHABLE') return last
    throw error
  }
}

/** Rancher recognises k3s by its version and offers to upgrade it. */
function driverOf({ gitVersion = '' }: Version): { driver: string; k3sConfig?: object } {
  if (!gitVersion.includes('+k3s')) return { driver: 'imported' }
  const k3supgradeStrategy = {
    drainServerNodes: false,
    drainWorkerNodes: false,
    serverConcurrency: 1,
    workerConcurrency: 1,
  }
  return { driver: 'k3s', k3sConfig: { kubernetesVersion: gitVersion, k3supgradeStrategy } }
}

/** Health of the control plane's components; undefined if the cluster does not report it, or not to us. */
async function componentStatuses({ cluster }: Realm): Promise<object[] | undefined> {
  const list = await unlessRefused(
    cluster.kube.get<KubeObject & { items?: ComponentStatus[] }>('/api/v1/componentstatuses'),
  )
  return list?.items?.map(({ metadata, conditions: own = [] }) => ({ name: metadata.name, conditions: own }))
}

async function unlessRefused<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await unlessMissing(answer)
  } catch (error) {
    if (error instanceof StatusError && error.code === 403) return undefined
    throw error
  }
}

interface ComponentStatus extends KubeObject {
  conditions?: object[]
}

/** Sums whole numbers, or quantities of the same binary unit; that suffices for cpu, memory and pods. */
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
 * A kubeconfig for this cluster through the server, with a new key, because only hashes of earlier ones are stored. For
 * a project key, the new one is limited to that project.
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
  const server = call.urls.at(`/k8s/clusters/${realm.cluster.id}`)
  const config = kubeconfigText({ name: realm.clusterName, server, token, cacerts: realm.cacerts })
  return { kind: 'resource', resource: { type: 'generateKubeConfigOutput', config } }
}
