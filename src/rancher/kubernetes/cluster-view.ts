import { connect, type KubeClient } from '../../kube/index.ts'
import type { Fetch } from '../../model/http.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { ClusterLink } from './cluster-link.ts'
import { rememberGets } from './remembered-get.ts'
import { Watched } from './watched.ts'

/** Rancher's own annotation for a namespace's project, so the projects of a Rancher-managed cluster show up here. */
export const projectAnnotation = 'field.cattle.io/projectId'

/** The Kubernetes cluster behind the server, as stores see it. */
export interface ClusterView extends AsyncDisposable {
  readonly id: string
  readonly fetch: Fetch
  readonly kube: KubeClient
  /** Milliseconds since the epoch. */
  now(): number
  /**
   * The project of a namespace (`local:p-xxxxx`) by Rancher's annotation; undefined if it has none or does not exist.
   */
  projectOf(namespace: string): string | undefined
  /** Sorted names. */
  namespacesOf(projectId: string): readonly string[]
  /** Raises if the cluster is known to be unreachable, so that cached data may be stale. */
  requireAnswer(): Promise<void>
  /** A list kept current by a watch, shared and started on first use: `/apis/apps/v1/deployments`. */
  watched(path: string): Promise<Watched>
  /** The same, but only if already in use. */
  openedList(path: string): Promise<Watched> | undefined
}

export interface ClusterViewOptions {
  id: string
  fetch: Fetch
  /** Milliseconds since the epoch. Default: the system clock. */
  now?: () => number
  onTrouble?: (error: unknown, pause: number) => void
}

export const namespacesPath = '/api/v1/namespaces'

export async function openClusterView({
  id,
  fetch,
  now = Date.now,
  onTrouble,
}: ClusterViewOptions): Promise<ClusterView> {
  const link = new ClusterLink(fetch)
  const kube = rememberGets(connect({ fetch: link.fetch }))
  const troubled = (error: unknown, pause: number) => {
    link.doubt()
    onTrouble?.(error, pause)
  }
  const lists = new Map<string, Promise<Watched>>()
  const watched = (path: string) => {
    const known = lists.get(path)
    if (known) return known
    const open = Watched.open(kube, path, { onTrouble: troubled })
    lists.set(path, open)
    // a failed list is retried by the next caller
    open.catch(() => lists.delete(path))
    return open
  }
  const namespaces = await watched(namespacesPath)
  const membership = indexByProject(namespaces)
  return {
    id,
    fetch: link.fetch,
    kube,
    now,
    requireAnswer: () => link.requireAnswer(kube),
    watched,
    openedList: (path) => lists.get(path),
    projectOf: (name) => projectOf(namespaces.get(name)),
    namespacesOf: (projectId) => membership().get(projectId) ?? [],
    async [Symbol.asyncDispose]() {
      await Promise.allSettled([...lists.values()].map(async (list) => (await list)[Symbol.asyncDispose]()))
    },
  }
}

function projectOf(namespace: KubeObject | undefined): string | undefined {
  return namespace?.metadata.annotations?.[projectAnnotation] || undefined
}

/** Rebuilt only if a namespace has changed. */
function indexByProject(namespaces: Watched): () => ReadonlyMap<string, readonly string[]> {
  let index: ReadonlyMap<string, readonly string[]> = new Map()
  let made = -1
  return () => {
    if (made !== namespaces.changes) {
      index = groupByProject(namespaces)
      made = namespaces.changes
    }
    return index
  }
}

function groupByProject(namespaces: Watched): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const namespace of namespaces.all()) {
    const project = projectOf(namespace)
    const name = namespace.metadata.name
    if (project === undefined || name === undefined) continue
    const group = groups.get(project)
    if (group) group.push(name)
    else groups.set(project, [name])
  }
  for (const group of groups.values()) group.sort()
  return groups
}
