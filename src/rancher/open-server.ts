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
  /** The Kubernetes API to serve, its credential included. */
  kube: Fetch
  /** Rancher's id of it: `local` (the default) or `c-xxxxx`. */
  clusterId?: string
  /** The name it is shown by, in kubeconfigs too. Default: its id. */
  clusterName?: string
  /** Short name of the project Default when it is made at a first start: `p-xxxxx`. Default: drawn. */
  defaultProject?: string
  /** Of the user admin, when it is made at a first start. Default: a random one, in `generatedPassword`. */
  adminPassword?: string
  /**
   * Whether it keeps services for workloads' ports and the annotation of their public endpoints. Default true; false where
   * a Rancher does that in the same cluster.
   */
  keepsServices?: boolean
  /** What becomes of a whole document that was read before someone else's change. Default `merge`. */
  stalePut?: StalePut | undefined
  /** Which tags a registry has, for the console to offer. Default: no registry is asked. */
  askForTags?: AskForTags | undefined
  /** HTML of the console and API browser, for browsers. Default: a bare page that holds the answer. */
  page?: string | undefined
  /** PEM of the CA that signed the server's certificate; clients ask for it. */
  cacerts?: string
  /** Settings that cannot be changed, as Rancher's come from its environment: value by name. Default: its image's. */
  environment?: Readonly<Record<string, string>>
  /** Told of failures the callers did not cause, and of watches that had to be begun again. */
  onFailure?: (failure: { error: unknown; method?: string; path?: string }) => void
  /** ms since the epoch. */
  now?: () => number
}

export interface IssueKeyOptions {
  description?: string
  /** ms; default 0, without an end. */
  ttl?: number
  /** Good for this project only: `local:p-xxxxx`. */
  projectId?: string
}

export interface RancherServer extends AsyncDisposable {
  /** Any request of Rancher's v3 API and of the Kubernetes door below /k8s/clusters/<id>. */
  readonly fetch: Fetch
  readonly clusterId: string
  /** Of the projects Default and System: `local:p-xxxxx`. */
  readonly projects: { readonly default: string; readonly system: string }
  /** Of the user admin, only at a first start that was not given one. */
  readonly generatedPassword?: string
  /** A fresh key of the administrator: `token-xxxxx:secret`. */
  issueKey(options?: IssueKeyOptions): Promise<string>
  /**
   * Frames for a websocket on `/v3/subscribe` or `/v3/project/<id>/subscribe`. Raises where the request is refused;
   * `fetch` of the same request then gives the answer to send instead.
   */
  subscribe(request: HttpRequest, signal: AbortSignal): AsyncIterable<string>
}

/**
 * Serves Rancher's v3 API over a Kubernetes cluster, in which it installs what it keeps there: see `manifests`. Disposing
 * ends its watches; the Kubernetes it was given stays as it is.
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
