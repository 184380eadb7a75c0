import { setTimeout as delay } from 'node:timers/promises'
import { openCluster } from '../../../src/cluster/index.ts'
import type { Fetch } from '../../../src/model/http.ts'
import { openServer, type RancherServer, type ServerOptions } from '../../../src/rancher/index.ts'
import { paths, systemNamespace } from '../../../src/rancher/kubernetes/state.ts'
import { isObject } from '../compare.ts'
import { nodeOf, speakingAs, type ClusterFacts } from './cluster.ts'
import { Keeper } from './keeper.ts'
import { Link } from './link.ts'
import { askKubernetes } from './kubernetes.ts'
import { FromDocuments } from './made.ts'
import { RecordedObjects } from './objects.ts'

/** The server over a cluster of its own, with the recorded ids. */
export class World implements AsyncDisposable {
  #server: RancherServer
  #start: Start
  readonly #options: ServerOptions
  readonly keeper: Keeper
  readonly objects: RecordedObjects
  readonly documents: FromDocuments
  readonly #kube: Fetch
  readonly #cluster: AsyncDisposable
  readonly #time: { now: number }
  readonly #link: Link
  readonly #facts: ClusterFacts

  private constructor(
    cluster: AsyncDisposable,
    server: RancherServer,
    { kube, time, link, options, facts, start }: Controls,
  ) {
    this.#cluster = cluster
    this.#kube = kube
    this.#time = time
    this.#link = link
    this.#options = options
    this.#facts = facts
    this.#server = server
    this.#start = start
    this.keeper = new Keeper(this)
    this.objects = new RecordedObjects(this, server.clusterId)
    this.documents = new FromDocuments(this, this.objects)
  }

  get server(): RancherServer {
    return this.#server
  }

  /** Restarts the server if the options differ. */
  async run(start: Start): Promise<void> {
    if (start === this.#start) return
    await this.#server[Symbol.asyncDispose]()
    this.#server = await openServer({ ...this.#options, ...start })
    this.#start = start
  }

  /** Meanwhile the server cannot reach its cluster, and its watches have ended. */
  async outage<T>(during: () => Promise<T>): Promise<T> {
    this.#link.cut()
    // the server learns of it through its watches
    await delay(5)
    const found = await during()
    this.#link.mend()
    await this.#server[Symbol.asyncDispose]()
    this.#server = await openServer({ ...this.#options, ...this.#start })
    return found
  }

  /** The current time of the server and its cluster, in ms since the epoch. */
  get clock(): number {
    return this.#time.now
  }

  set clock(now: number) {
    this.#time.now = now
  }

  static async open({ id: clusterId, project }: WorldNames, facts: ClusterFacts, start: Start): Promise<World> {
    const { default: defaultProject = project, system } = facts.projects
    const time = { now: Date.now() }
    const now = () => time.now
    const cluster = await openCluster({ controllers: false, now })
    const link = new Link(speakingAs(facts, cluster.fetch))
    const kube = link.fetch
    const options = {
      kube,
      clusterId,
      ...(facts.name !== undefined && { clusterName: facts.name }),
      defaultProject,
      adminPassword: 'admin',
      cacerts: 'PEM',
      keepsServices: false,
      now,
    }
    const first = await openServer(options)
    await rename(kube, first, system)
    await first[Symbol.asyncDispose]()
    const server = await openServer({ ...options, ...start })
    const world = new World(cluster, server, { time, link, options, facts, start, kube: cluster.fetch })
    await world.settle()
    return world
  }

  /** The namespaces that most exchanges require. */
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

  /** What the recorder created in the namespace team-a by hand and never shows. */
  async #furnish(): Promise<void> {
    const auths = { '10.212.82.86:1180': { username: 'u', password: 'p', auth: 'dTpw' } }
    const type = 'kubernetes.io/dockerconfigjson'
    const data = { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') }
    await this.ask('POST', '/api/v1/namespaces/team-a/secrets', { metadata: { name: 'regcred' }, type, data })
    await this.ask('POST', '/api/v1/namespaces/team-a/configmaps', {
      metadata: { name: 'cfg' },
      data: { LOG: 'x', key: 'v' },
    })
    for (const document of this.#facts.nodes) {
      const node = nodeOf(document)
      const made = await this.ask('POST', '/api/v1/nodes', node)
      const path = `/api/v1/nodes/${String(document['nodeName'])}/status`
      if (made.status === 201) await this.ask('PATCH', path, { status: node['status'] }, 'application/merge-patch+json')
    }
  }

  ask(method: string, path: string, body?: unknown, type?: string) {
    return askKubernetes(this.#kube, method, path, body, type)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]()
    await this.#cluster[Symbol.asyncDispose]()
  }
}

interface Controls {
  /** The cluster itself, even while the server cannot reach it. */
  kube: Fetch
  time: { now: number }
  link: Link
  facts: ClusterFacts
  options: ServerOptions
  start: Start
}

/** What differed between the recorded server's starts. */
export type Start = Pick<ServerOptions, 'environment' | 'page'>

export interface WorldNames {
  id: string
  /** The project Default, if no recording shows it. */
  project: string
}

/** The recorded administrator. */
export const admin = 'user-zcvt6'

/** Gives the recorded names to what the first start names at random. */
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
