import type { Fetch, HttpRequest } from '../model/http.ts'
import { connect } from '../kube/index.ts'
import { Attempts } from './access/attempts.ts'
import { Keys } from './access/keys.ts'
import { randomText } from './access/secret.ts'
import { openClusterView, type ClusterView } from './kubernetes/cluster-view.ts'
import { install } from './kubernetes/install.ts'
import { keepProjectSecrets } from './project-types/project-secrets-upkeep.ts'
import type { Realm } from './realm.ts'
import { tableOf } from './answer/render.ts'
import { handle, type ServerParts } from './server.ts'
import { paths, systemNamespace, type User } from './kubernetes/state.ts'
import { openFeed } from './subscribe.ts'
import { v3Types } from './types.ts'
import { installProjects } from './types/projects.ts'
import { imageSettings } from './types/setting-defaults.ts'
import { installSettings } from './types/settings.ts'
import { createAdmin } from './types/users.ts'
import { keepServices } from './workloads/services/service-upkeep.ts'
import type { AskForTags } from './workloads/image-tags.ts'
import type { StalePut } from './workloads/stale/stale-put.ts'

export interface ServerOptions {
  /** The Kubernetes API to serve, including its credential. */
  kube: Fetch
  /** Rancher's cluster id: `local` (the default) or `c-xxxxx`. */
  clusterId?: string
  /** Display name, also used in kubeconfigs. Default: the id. */
  clusterName?: string
  /** Short name of the project Default if created at the first start: `p-xxxxx`. Default: random. */
  defaultProject?: string
  /** Password of the user admin, if created at the first start. Default: random, returned in `generatedPassword`. */
  adminPassword?: string
  /**
   * Whether to maintain Services for workloads' ports and the public-endpoints annotation. Default true; set it to
   * false if a Rancher does so in the same cluster.
   */
  keepsServices?: boolean
  /** How to handle a stale whole-document PUT. Default `merge`. */
  stalePut?: StalePut | undefined
  /** Looks up registry tags for the console. Default: no lookups. */
  askForTags?: AskForTags | undefined
  /** HTML of the console and API browser. Default: a minimal page with the response. */
  page?: string | undefined
  /** PEM of the CA that signed the server's certificate, which clients can request. */
  cacerts?: string
  /** Read-only settings by name, which Rancher takes from its environment. Default: those of its image. */
  environment?: Readonly<Record<string, string>>
  /** Called for failures not caused by callers, and for watches that were restarted. */
  onFailure?: (failure: { error: unknown; method?: string; path?: string }) => void
  /** Milliseconds since the epoch. */
  now?: () => number
}

export interface IssueKeyOptions {
  description?: string
  /** Milliseconds. Default 0: no expiry. */
  ttl?: number
  /** Restricts the key to a project: `local:p-xxxxx`. */
  projectId?: string
}

export interface RancherServer extends AsyncDisposable {
  /** Any request of Rancher's v3 API, and of the Kubernetes door below /k8s/clusters/<id>. */
  readonly fetch: Fetch
  readonly clusterId: string
  /** Ids of the projects Default and System: `local:p-xxxxx`. */
  readonly projects: { readonly default: string; readonly system: string }
  /** Password of the user admin; only at a first start without a given one. */
  readonly generatedPassword?: string
  /** Creates an administrator's key: `token-xxxxx:secret`. */
  issueKey(options?: IssueKeyOptions): Promise<string>
  /**
   * Frames for a websocket on `/v3/subscribe` or `/v3/project/<id>/subscribe`. Raises if the request is refused;
   * `fetch` of the same request then returns the response to send instead.
   */
  subscribe(request: HttpRequest, signal: AbortSignal): AsyncIterable<string>
}

/**
 * Serves Rancher's v3 API over a Kubernetes cluster and installs its own state there: see `manifests`. Disposing ends
 * its watches; the given Kubernetes stays as it is.
 */
export async function openServer(options: ServerOptions): Promise<RancherServer> {
  const { kube, clusterId = 'local', onFailure = () => {} } = options
  await install(connect({ fetch: kube }))
  const cluster = await openClusterView({
    id: clusterId,
    fetch: kube,
    ...(options.now && { now: options.now }),
    onTrouble: (error) => onFailure({ error }),
  })
  const realm = await openRealm(cluster, options)
  const first = await firstStart(realm, options)
  const tell = (error: unknown) => onFailure({ error })
  const upkeep = options.keepsServices === false ? undefined : await keepServices(cluster, { onFailure: tell })
  const secretsUpkeep = await keepProjectSecrets(cluster, { onFailure: tell })
  const parts: ServerParts = { realm, types: tableOf(v3Types(realm, options)), onFailure, page: options.page }
  return {
    fetch: (request) => handle(parts, request),
    clusterId,
    projects: projectsOf(realm),
    ...(first.generatedPassword === undefined ? {} : { generatedPassword: first.generatedPassword }),
    async issueKey(wanted = {}) {
      const { token } = await realm.keys.issue({ ...wanted, userId: first.adminId, kind: 'derived' })
      return token
    },
    subscribe: (request, signal) => openFeed(parts, request, signal),
    async [Symbol.asyncDispose]() {
      await upkeep?.[Symbol.asyncDispose]()
      await secretsUpkeep[Symbol.asyncDispose]()
      await realm.keys[Symbol.asyncDispose]()
      await cluster[Symbol.asyncDispose]()
    },
  }
}

async function openRealm(
  cluster: ClusterView,
  { clusterName = cluster.id, cacerts = '', now = Date.now, environment = imageSettings }: ServerOptions,
): Promise<Realm> {
  const [users, projects, settings, roleBindings, secrets, namespace] = await Promise.all([
    cluster.watched(paths.users),
    cluster.watched(paths.projects),
    cluster.watched(paths.settings),
    cluster.watched(paths.roleBindings),
    cluster.watched(paths.secrets),
    cluster.kube.get(`/api/v1/namespaces/${systemNamespace}`),
  ])
  const { creationTimestamp, uid = '' } = namespace.metadata
  return {
    cluster,
    clusterName,
    keys: new Keys(cluster.kube, secrets),
    attempts: new Attempts(now),
    users,
    projects,
    settings,
    roleBindings,
    secrets,
    cacerts,
    environment,
    installed: { created: creationTimestamp ?? '', uid },
    now,
  }
}

async function firstStart(realm: Realm, { adminPassword, defaultProject }: ServerOptions) {
  const admin = ([...realm.users.all()] as User[]).find(({ spec }) => spec.admin)
  const password = adminPassword ?? randomText(20)
  const made = admin
    ? undefined
    : await createAdmin(realm, { username: 'admin', displayName: 'Default Admin', password })
  const adminId = (admin ?? made)?.metadata.name ?? ''
  await Promise.all([installSettings(realm), installProjects(realm, adminId, defaultProject)])
  return { adminId, generatedPassword: made && adminPassword === undefined ? password : undefined }
}

function projectsOf({ cluster, projects }: Realm): { default: string; system: string } {
  const labelled = (label: string) => {
    const found = [...projects.all()].find(({ metadata }) => metadata.labels?.[`authz.management.cattle.io/${label}`])
    return `${cluster.id}:${found?.metadata.name ?? ''}`
  }
  return { default: labelled('default-project'), system: labelled('system-project') }
}
