import { httpResponse, type Fetch } from '../../../src/model/http.ts'
import { isObject } from '../compare.ts'
import type { Recording } from '../recording.ts'

type Json = Record<string, unknown>

/** What the recorded cluster reported about itself, by id. */
export interface ClusterFacts {
  name: string | undefined
  /** Short names of the projects Default and System. */
  projects: { default: string | undefined; system: string | undefined }
  version: Json | undefined
  componentStatuses: Json[]
  /** Documents of type node. */
  nodes: Json[]
}

/** Collected from all recordings that show the cluster or its nodes. */
export function factsOf(clusterId: string, context: readonly Recording[]): ClusterFacts {
  const documents = context.flatMap(({ content }) => documentsOf(content.response?.body))
  const shown = documents.filter(({ type, id }) => type === 'cluster' && id === clusterId)
  const cluster = shown.find(({ version, componentStatuses }) => isObject(version) && Array.isArray(componentStatuses))
  const nodes = documents.filter(({ type, clusterId: of }) => type === 'node' && of === clusterId)
  const name = cluster?.['name']
  const projectNamed = (label: string) => {
    const own = documents.filter(({ type, clusterId: of }) => type === 'project' && of === clusterId)
    const found = own.find(({ labels }) => isObject(labels) && labels[`authz.management.cattle.io/${label}`] === 'true')
    return found && String(found['id']).slice(clusterId.length + 1)
  }
  return {
    projects: { default: projectNamed('default-project'), system: projectNamed('system-project') },
    name: typeof name === 'string' ? name : undefined,
    version: isObject(cluster?.['version']) ? without(cluster['version'], 'type') : undefined,
    componentStatuses: ((cluster?.['componentStatuses'] ?? []) as Json[]).map((one) => without(one, 'type')),
    nodes: nodes.length > 0 ? [...new Map(nodes.map((node) => [node['nodeName'], node])).values()] : [plainNode],
  }
}

/** The recorder's only node, if no recording shows it. */
const plainNode: Json = {
  nodeName: 'rig-node',
  labels: { 'node-role.kubernetes.io/master': 'true' },
  info: { kubernetes: {}, os: {} },
}

/** The embedded cluster, reporting the recorded one's version and components. */
export function speakingAs({ version, componentStatuses }: ClusterFacts, kube: Fetch): Fetch {
  const items = componentStatuses.map(({ name, conditions }) => ({ metadata: { name }, conditions }))
  const answers: Readonly<Record<string, unknown>> = {
    ...(version && { '/version': version }),
    '/api/v1/componentstatuses': { kind: 'ComponentStatusList', apiVersion: 'v1', metadata: {}, items },
  }
  return async (request) => {
    const { pathname } = new URL(request.url)
    if (request.method !== 'GET' || !Object.hasOwn(answers, pathname)) return kube(request)
    return httpResponse(JSON.stringify(answers[pathname]), { headers: { 'content-type': 'application/json' } })
  }
}

/** The Kubernetes Node behind a document. */
export function nodeOf({ nodeName, labels, annotations, podCidr, podCidrs, ...document }: Json): Json {
  const { conditions, capacity, allocatable, ipAddress, hostname } = document
  const info = document['info'] as { kubernetes: Json; os: Json }
  const own = Array.isArray(conditions) ? conditions.filter(isObject).filter(({ reason }) => reason !== undefined) : []
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: nodeName, labels, annotations },
    spec: { podCIDR: podCidr, podCIDRs: podCidrs },
    status: {
      capacity,
      allocatable,
      conditions: own.map((one) => without(one, 'lastHeartbeatTimeTS', 'lastTransitionTimeTS')),
      addresses: [
        { type: 'InternalIP', address: ipAddress },
        { type: 'Hostname', address: hostname },
      ],
      nodeInfo: {
        ...info.kubernetes,
        containerRuntimeVersion: info.os['dockerVersion'],
        kernelVersion: info.os['kernelVersion'],
        osImage: info.os['operatingSystem'],
      },
    },
  }
}

function documentsOf(body: unknown): Json[] {
  if (!isObject(body)) return []
  return Array.isArray(body['data']) ? body['data'].filter(isObject) : [body]
}

function without(object: Json, ...names: string[]): Json {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)))
}
