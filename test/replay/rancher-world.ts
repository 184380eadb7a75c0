import { openCluster } from '../../src/cluster/index.ts'
import { httpRequest, type Fetch } from '../../src/model/http.ts'
import { DroverError } from '../../src/model/errors.ts'
import { openServer, type RancherServer } from '../../src/rancher/index.ts'
import { nodeId } from '../../src/rancher/types/nodes.ts'
import { schemas } from '../../src/rancher/schemas.ts'
import { validateBody } from '../../src/rancher/validate.ts'
import { Compactor } from '../../src/rancher/workloads/compact.ts'
import { paths, systemNamespace } from '../../src/rancher/state.ts'
import { newWorkload } from '../../src/rancher/workloads/create-workload.ts'
import { parseWorkloadId, v3WorkloadKinds, workloadPath } from '../../src/rancher/workloads/workload-path.ts'
import { isObject } from './compare.ts'
import { Keeper } from './rancher-keeper.ts'
import { endpointsText, ownersOf, podStatusOf, serviceOf, statusOf } from './rancher-documents.ts'

type Json = Record<string, unknown>

const publicEndpoints = 'field.cattle.io/publicEndpoints'

const background = { propagationPolicy: 'Background' }

/** Recorded map keys to Kubernetes' paths. */
const groups: Readonly<Record<string, string>> = {
  deployments: '/apis/apps/v1',
  statefulsets: '/apis/apps/v1',
  daemonsets: '/apis/apps/v1',
  replicasets: '/apis/apps/v1',
  jobs: '/apis/batch/v1',
  cronjobs: '/apis/batch/v1',
}

/** The server over a cluster of its own, with the ids of the recorded one. */
export class World implements AsyncDisposable {
  readonly server: RancherServer
  readonly keeper: Keeper
  readonly #kube: Fetch
  readonly #cluster: AsyncDisposable
  /** Recorded uid to ours. */
  readonly #uids = new Map<string, string>()
  /** Recorded resourceVersion to ours. */
  readonly #revisions = new Map<string, string>()

  /** The document that a workload was made of, by its id. */
  readonly #made = new Map<string, string>()
  readonly #time: { now: number }
  readonly #link: { down: boolean }

  private constructor(cluster: AsyncDisposable, server: RancherServer, { kube, time, link }: Controls) {
    this.#cluster = cluster
    this.#kube = kube
    this.#time = time
    this.#link = link
    this.server = server
    this.keeper = new Keeper(this)
  }

  /** Whether the server cannot reach its cluster. */
  set down(down: boolean) {
    this.#link.down = down
  }

  /** What the server and its cluster take for the time, ms since the epoch. */
  get clock(): number {
    return this.#time.now
  }

  set clock(now: number) {
    this.#time.now = now
  }

  static async open({ id: clusterId, project: defaultProject, system }: WorldNames): Promise<World> {
    const time = { now: Date.now() }
    const now = () => time.now
    const cluster = await openCluster({ controllers: false, now })
    const link = { down: false }
    const kube: Fetch = (request) => {
      if (link.down) throw new DroverError('UNREACHABLE', 'connect ECONNREFUSED')
      return cluster.fetch(request)
    }
    const options = {
      kube,
      clusterId,
      defaultProject,
      adminPassword: 'admin',
      cacerts: 'PEM',
      keepsServices: false,
      now,
    }
    const first = await openServer(options)
    await rename(kube, first, system)
    await first[Symbol.asyncDispose]()
    const server = await openServer(options)
    const world = new World(cluster, server, { time, link, kube: cluster.fetch })
    await world.settle()
    return world
  }

  /** The namespaces that most exchanges take for granted, as they mostly were. */
  async settle(): Promise<void> {
    const { projects } = this.server
    for (const namespace of ['default', 'team-a', 'team-b']) await this.#ensureNamespace(namespace, projects.default)
    await this.#ensureNamespace('cattle-system', projects.system)
    await this.#furnish()
  }

  async #ensureNamespace(name: string, projectId: string): Promise<void> {
    const annotations = { 'field.cattle.io/projectId': projectId }
    const made = await this.ask('POST', '/api/v1/namespaces', { metadata: { name, annotations } })
    if (made.status === 409) {
      const path = `/api/v1/namespaces/${name}`
      await this.ask('PATCH', path, { metadata: { annotations } }, 'application/merge-patch+json')
    }
  }

  /** What the recorder had put into the namespace team-a by hand, and never shows. */
  async #furnish(): Promise<void> {
    const auths = { '10.212.82.86:1180': { username: 'u', password: 'p', auth: 'dTpw' } }
    const type = 'kubernetes.io/dockerconfigjson'
    const data = { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') }
    await this.ask('POST', '/api/v1/namespaces/team-a/secrets', { metadata: { name: 'regcred' }, type, data })
    await this.ask('POST', '/api/v1/namespaces/team-a/configmaps', {
      metadata: { name: 'cfg' },
      data: { LOG: 'x', key: 'v' },
    })
    await this.ask('POST', '/api/v1/nodes', { metadata: { name: 'rig-node' } })
  }

  /** What a client that had read here would have written instead: revisions, uids and the id of the one node. */
  translate(text: string): string {
    return text
      .replace(
        /("resourceVersion": ?"|resourceVersion: "?)(\d+)/g,
        (_, start, old) => start + (this.#revisions.get(old) ?? old),
      )
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (old) => this.#uids.get(old) ?? old)
      .replace(/local:machine-[a-z0-9]{5}/g, nodeId(this.server.clusterId, 'rig-node'))
  }

  /** Brings the cluster to what a recording says was there: a map of `resource/namespace/name` to objects. */
  async restore(recorded: unknown): Promise<void> {
    if (!isObject(recorded)) return
    const ownersFirst = Object.entries(recorded).sort(([a], [b]) => Number(isOwned(a)) - Number(isOwned(b)))
    for (const [key, object] of ownersFirst) {
      const path = pathOf(key)
      if (path && isObject(object) && isObject(object['metadata'])) await this.#restoreObject(path, object)
    }
  }

  async #restoreObject({ collection, name }: ObjectPath, object: Json): Promise<void> {
    const path = `${collection}/${name}`
    this.#made.delete(documentId(object))
    const wanted = portable(object, this.#uids)
    const { body: today } = await this.ask('GET', path)
    const exists = isObject(today) && today['kind'] !== 'Status'
    const { clock } = this
    const created = Date.parse(String((object['metadata'] as Json)['creationTimestamp']))
    if (!Number.isNaN(created)) this.clock = created
    const written = exists ? await this.#replace(path, wanted, today) : await this.ask('POST', collection, wanted)
    this.clock = clock
    if (!isObject(written.body)) return
    const { status: _, ...rest } = written.body
    const { body } = await this.ask('PUT', `${path}/status`, { ...rest, status: object['status'] ?? {} })
    this.#remember(object, isObject(body) && isObject(body['metadata']) ? body : written.body)
  }

  #remember(recorded: Json, here: Json): void {
    const [theirs, ours] = [recorded['metadata'] as Json, here['metadata']]
    if (!isObject(ours)) return
    this.#uids.set(String(theirs['uid']), String(ours['uid']))
    this.#revisions.set(String(theirs['resourceVersion']), String(ours['resourceVersion']))
  }

  async #replace(path: string, wanted: Json, today: Json) {
    const { resourceVersion, uid } = today['metadata'] as Json
    const metadata = { ...(wanted['metadata'] as Json), resourceVersion, uid }
    const replaced = await this.ask('PUT', path, { ...wanted, metadata })
    if (replaced.status < 300) return replaced
    await this.ask('DELETE', path, background)
    return await this.ask('POST', path.slice(0, path.lastIndexOf('/')), wanted)
  }

  /** Brings the workloads of these namespaces to those that a whole list shows: what is missing is made from its document. */
  async gather(documents: readonly Json[]): Promise<void> {
    const wanted = new Set(documents.map(({ id }) => String(id)))
    const namespaces = new Set(documents.map(({ namespaceId }) => String(namespaceId)))
    for (const kind of v3WorkloadKinds) {
      for (const namespace of namespaces) {
        const { body } = await this.ask('GET', workloadPath(kind, namespace))
        const items = isObject(body) && Array.isArray(body['items']) ? body['items'].filter(isObject) : []
        for (const { metadata } of items as { metadata: Json }[]) {
          const id = `${kind}:${namespace}:${String(metadata['name'])}`
          const owned = metadata['ownerReferences'] !== undefined
          if (wanted.has(id)) wanted.delete(id)
          else if (!owned) await this.#drop(workloadPath(kind, namespace, String(metadata['name'])))
        }
      }
    }
    for (const document of documents) {
      const text = JSON.stringify({ ...document, links: null, actions: null })
      const known = this.#made.get(String(document['id'])) === text
      if (wanted.has(String(document['id'])) || !known) await this.make(document)
      else await this.show(document)
      this.#made.set(String(document['id']), text)
    }
  }

  async #drop(path: string): Promise<void> {
    await this.ask('PATCH', path, { metadata: { finalizers: null } }, 'application/merge-patch+json')
    await this.ask('DELETE', path, background)
  }

  /**
   * What controllers and Rancher's upkeep had come to when a document was answered, which happens at a pace of its own: the
   * status and the annotation of the public endpoints. The rest of the object stays.
   */
  async show(document: Json): Promise<void> {
    const { kind, namespace, name } = parseWorkloadId(String(document['id']))
    const path = workloadPath(kind, namespace, name)
    const { body } = await this.ask('GET', path)
    if (!isObject(body) || body['kind'] === 'Status') return
    const text = endpointsText(document) ?? null
    const { annotations } = body['metadata'] as Json
    if (
      ((isObject(annotations) && annotations[publicEndpoints]) ?? null) !== text &&
      document['publicEndpoints'] !== null
    ) {
      const change = { metadata: { annotations: { [publicEndpoints]: text } } }
      await this.ask('PATCH', path, change, 'application/merge-patch+json')
    }
    const patch = { status: null }
    await this.ask('PATCH', `${path}/status`, patch, 'application/merge-patch+json')
    const { body: cleared } = await this.ask('GET', path)
    if (isObject(cleared)) await this.ask('PUT', `${path}/status`, { ...cleared, status: statusOf(document) })
  }

  /** Brings the services or pods of these namespaces to those that a whole list shows. */
  async gatherObjects(
    plural: 'services' | 'pods',
    documents: readonly Json[],
    namespaces: readonly string[],
  ): Promise<void> {
    for (const namespace of namespaces) {
      const collection = `/api/v1/namespaces/${namespace}/${plural}`
      const { body } = await this.ask('GET', collection)
      const items = isObject(body) && Array.isArray(body['items']) ? body['items'].filter(isObject) : []
      for (const { metadata } of items as { metadata: Json }[]) {
        await this.ask('DELETE', `${collection}/${String(metadata['name'])}?gracePeriodSeconds=0`)
      }
    }
    for (const document of documents) await (plural === 'pods' ? this.makePod(document) : this.makeService(document))
  }

  async makeService(document: Json): Promise<void> {
    const collection = `/api/v1/namespaces/${String(document['namespaceId'])}/services`
    await this.ask('POST', collection, serviceOf(document))
  }

  /** A pod is read as a template is, so a template is made of its document; its owners are made as far as it names them. */
  async makePod(document: Json): Promise<void> {
    const schema = schemas.project.byId('deployment')
    if (!schema) return
    const [namespace, name] = String(document['id']).split(':')
    const { scheduling, nodeId: node, annotations, labels } = document
    const { node: _node, ...kept } = (scheduling ?? {}) as Json
    const body = validateBody(schemas.project, schema, { ...document, scheduling: kept }, 'create')
    const made = newWorkload(
      'deployment',
      { ...body, selector: { matchLabels: { a: 'b' } } },
      '',
      new Compactor(schemas.project, schema),
    )
    const { metadata, spec } = (made.spec?.['template'] ?? {}) as { metadata: Json; spec: Json }
    const marks = { ...(annotations as Json), ...(metadata['annotations'] as Json) }
    const text = endpointsText(document)
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name,
        namespace,
        labels,
        annotations: { ...marks, ...(text !== undefined && { [publicEndpoints]: text }) },
        ownerReferences: ownersOf(document),
      },
      spec: { ...spec, ...(node !== null && { nodeName: 'rig-node' }) },
      status: podStatusOf(document),
    }
    await this.#makeOwner(document)
    await this.#restoreObject({ collection: `/api/v1/namespaces/${namespace}/pods`, name: name ?? '' }, pod)
  }

  /** The ReplicaSet between a pod and its Deployment. */
  async #makeOwner({ workloadId, ownerReferences, labels, namespaceId }: Json): Promise<void> {
    const [owner] = Array.isArray(ownerReferences) ? ownerReferences.filter(isObject) : []
    const [kind, , name] = String(workloadId).split(':')
    if (owner?.['kind'] !== 'ReplicaSet' || kind !== 'deployment') return
    const collection = workloadPath('replicaset', String(namespaceId))
    const above = { apiVersion: 'apps/v1', kind: 'Deployment', name, controller: true, uid: owner['uid'] }
    const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'app' }] } }
    await this.ask('POST', collection, {
      metadata: { name: owner['name'], ownerReferences: [above] },
      spec: { replicas: 0, selector: { matchLabels: labels }, template },
    })
  }

  /** Makes a workload from the document of it, where no recording shows the object itself. */
  async make(document: Json): Promise<void> {
    const { kind, namespace, name } = parseWorkloadId(String(document['id']))
    const schema = schemas.project.byId(String(document['type']))
    if (!schema) return
    const body = validateBody(schemas.project, schema, document, 'create')
    const made = newWorkload(kind, body, '', new Compactor(schemas.project, schema))
    made.metadata.labels = document['workloadLabels'] as Record<string, string>
    made.metadata.annotations = {
      ...(document['workloadAnnotations'] as Record<string, string>),
      ...endpointsOf(document),
    }
    made.metadata.ownerReferences = ownersOf(document)
    const status = statusOf(document)
    await this.#restoreObject(
      { collection: workloadPath(kind, namespace), name },
      { ...shownAs(document, made), status },
    )
  }

  /** The objects that a recording shows afterwards, as they are here. */
  async observe(recorded: unknown): Promise<Json> {
    const seen: Json = {}
    if (!isObject(recorded)) return seen
    for (const key of Object.keys(recorded)) {
      const path = pathOf(key)
      if (path) seen[key] = (await this.ask('GET', `${path.collection}/${path.name}`)).body
    }
    return seen
  }

  ask(method: string, path: string, body?: unknown, type?: string) {
    return askKubernetes(this.#kube, method, path, body, type)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]()
    await this.#cluster[Symbol.asyncDispose]()
  }
}

async function askKubernetes(kube: Fetch, method: string, path: string, body?: unknown, type = 'application/json') {
  const response = await kube(
    httpRequest(`http://cluster.invalid${path}`, {
      method,
      headers: { accept: 'application/json', 'content-type': type },
      body: body === undefined ? null : JSON.stringify(body),
    }),
  )
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) }
}

interface Controls {
  /** The cluster itself, also while the server cannot reach it. */
  kube: Fetch
  time: { now: number }
  link: { down: boolean }
}

export interface WorldNames {
  id: string
  project: string
  /** The project System, where the recordings name it. */
  system?: string
}

/** The recorded administrator. */
export const admin = 'user-zcvt6'

/** What a first start names at random gets the names that were recorded. */
async function rename(kube: Fetch, { projects }: RancherServer, system: string | undefined): Promise<void> {
  const { body } = await askKubernetes(kube, 'GET', paths.users)
  const [user] = isObject(body) && Array.isArray(body['items']) ? body['items'].filter(isObject) : []
  const drawn = isObject(user?.['metadata']) ? String(user['metadata']['name']) : ''
  await renameObject(kube, paths.users, drawn, admin)
  await renameObject(kube, `/api/v1/namespaces/${systemNamespace}/secrets`, `password-${drawn}`, `password-${admin}`)
  const [clusterId, name = ''] = projects.system.split(':')
  if (system === undefined) return
  await renameObject(kube, paths.projects, name, system)
  const field = 'field.cattle.io/projectId'
  const metadata = { annotations: { [field]: `${clusterId}:${system}` }, labels: { [field]: system } }
  for (const namespace of ['kube-system', 'kube-public', 'kube-node-lease', systemNamespace]) {
    await askKubernetes(kube, 'PATCH', `/api/v1/namespaces/${namespace}`, { metadata }, 'application/merge-patch+json')
  }
}

async function renameObject(kube: Fetch, collection: string, from: string, to: string): Promise<void> {
  const { body } = await askKubernetes(kube, 'GET', `${collection}/${from}`)
  if (!isObject(body) || !isObject(body['metadata'])) return
  const { namespace, labels, annotations } = body['metadata']
  await askKubernetes(kube, 'POST', collection, { ...body, metadata: { name: to, namespace, labels, annotations } })
  await askKubernetes(kube, 'DELETE', `${collection}/${from}`)
}

function isOwned(key: string): boolean {
  return /^(replicasets|pods|services)\//.test(key)
}

/** Names of ports that an action changed, the node that was named, and the time, are as the document has them. */
function shownAs({ containers, annotations, created }: Json, made: Json): Json {
  const object = JSON.parse(JSON.stringify(made)) as Json
  const template = (object['spec'] as Json)['template']
  if (!isObject(template) || !isObject(template['spec'])) return object
  const [first, ...others] = [template['spec']['containers'], template['spec']['initContainers']].flat()
  const names = Array.isArray(containers) ? containers.filter(isObject).flatMap(portNames) : []
  const drawn = [first, ...others].filter(isObject).flatMap(portNames)
  let text = JSON.stringify(object)
  drawn.forEach((name, at) => {
    const shown = names[at]
    if (name !== shown && name && shown)
      text = text.replace(portName(name), (_all, start: string, end: string) => start + shown + end)
  })
  const state = isObject(annotations) ? annotations['workload.cattle.io/state'] : undefined
  const copy = JSON.parse(text) as { metadata: Json; spec: { template: { spec: Json } } }
  const [node] = typeof state === 'string' ? Object.keys(JSON.parse(state) as Json) : []
  if (node !== undefined) copy.spec.template.spec['nodeName'] = Buffer.from(node, 'base64').toString()
  copy.metadata['creationTimestamp'] = created
  return copy
}

function portName(name: string): RegExp {
  return new RegExp(`(name\\\\*":\\\\*")${name}(\\\\*")`, 'g')
}

function portNames({ ports }: Json): string[] {
  return Array.isArray(ports) ? ports.filter(isObject).map(({ name }) => (typeof name === 'string' ? name : '')) : []
}

function documentId({ kind, metadata }: Json): string {
  const { namespace, name } = metadata as Json
  return `${String(kind).toLowerCase()}:${String(namespace)}:${String(name)}`
}

/** The annotation that the document's public endpoints were read from. */
function endpointsOf({ publicEndpoints }: Json): Record<string, string> {
  if (publicEndpoints === null) return { 'field.cattle.io/publicEndpoints': 'null' }
  if (!Array.isArray(publicEndpoints)) return {}
  const endpoints = publicEndpoints.filter(isObject).map(({ serviceId, nodeId: node, ingressId, podId, ...rest }) => {
    const names = { serviceName: serviceId, nodeName: node, ingressName: ingressId, podName: podId }
    return { ...rest, ...Object.fromEntries(Object.entries(names).filter(([, id]) => typeof id === 'string')) }
  })
  return { 'field.cattle.io/publicEndpoints': JSON.stringify(endpoints) }
}

interface ObjectPath {
  collection: string
  name: string
}

/** Only keys that name one object: lists are for the reader. */
export function pathOf(key: string): ObjectPath | undefined {
  const [plural = '', namespace = '', name = ''] = key.split('/')
  if (name === '' || key.includes('?')) return undefined
  return { collection: `${groups[plural] ?? '/api/v1'}/namespaces/${namespace}/${plural}`, name }
}

/** Without what the server that had it wrote itself. */
function portable(object: Json, uids: ReadonlyMap<string, string>): Json {
  const { metadata, status: _, ...rest } = object
  const { name, namespace, labels, annotations, finalizers, ownerReferences: owners } = metadata as Json
  const ownerReferences = Array.isArray(owners)
    ? owners.filter(isObject).map((owner) => ({ ...owner, uid: uids.get(String(owner['uid'])) ?? owner['uid'] }))
    : undefined
  const apiVersion = rest['apiVersion'] === 'batch/v1beta1' ? 'batch/v1' : (rest['apiVersion'] ?? '')
  const kept = Object.fromEntries(
    Object.entries({ name, namespace, labels, annotations, finalizers, ownerReferences }).filter(
      ([, value]) => value !== undefined,
    ),
  )
  return { ...rest, ...(apiVersion !== '' && { apiVersion }), metadata: kept }
}
