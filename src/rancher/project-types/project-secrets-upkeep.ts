import { unlessMissing } from '../../kube/index.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { StatusError } from '../../model/status.ts'
import { type ClusterView, namespacesPath, projectAnnotation } from '../kubernetes/cluster-view.ts'
import {
  copyAnnotation,
  originalProject,
  originalsOf,
  projectSecretAnnotation,
  projectSecretName,
} from './project-secret.ts'
import { paths } from '../kubernetes/state.ts'
import { sameJson } from '../workloads/mapping/rows.ts'

/**
 * Maintains the copies of project secrets in the projects' namespaces until disposed: namespaces that join a project
 * get them, those that leave lose them. Idempotent, so several servers may run over one cluster.
 */
export async function keepProjectSecrets(
  cluster: ClusterView,
  { onFailure }: { onFailure: (error: unknown) => void },
): Promise<AsyncDisposable> {
  const namespaces = await cluster.watched(namespacesPath)
  const secrets = await cluster.watched(paths.secrets)
  const kept = new Map<string, string | undefined>()
  let work = Promise.resolve()
  let stopped = false
  const soon = (task: () => Promise<void>) => {
    work = work.then(() => (stopped ? undefined : task().catch(onFailure)))
  }
  const seeNamespace = (name: string) => {
    const project = cluster.projectOf(name)
    if (kept.has(name) && kept.get(name) === project) return
    const joined = project !== undefined && originalsOf(secrets, project).length > 0
    if (joined || kept.get(name) !== undefined) soon(() => copyInto(cluster, name))
    kept.set(name, project)
  }
  const stops = [
    namespaces.observe(({ kind, object }) => {
      const { name = '' } = object.metadata
      if (kind === 'remove') kept.delete(name)
      else seeNamespace(name)
    }),
    secrets.observe(({ object }) => {
      const project = originalProject(object)
      if (project !== undefined) soon(() => copyToNamespaces(cluster, project))
    }),
  ]
  for (const { metadata } of namespaces.all()) seeNamespace(metadata.name ?? '')
  return {
    async [Symbol.asyncDispose]() {
      stopped = true
      for (const stop of stops) stop()
      await work
    },
  }
}

/** Updates the copies in a project's namespaces. */
export async function copyToNamespaces(cluster: ClusterView, projectId: string | undefined): Promise<void> {
  if (projectId === undefined) return
  for (const namespace of cluster.namespacesOf(projectId)) await copyInto(cluster, namespace)
}

/** Updates the copies in one namespace. Secrets made by others are left alone. */
async function copyInto(cluster: ClusterView, namespace: string): Promise<void> {
  const collection = `${namespacesPath}/${encodeURIComponent(namespace)}/secrets`
  const originals = originalsOf(await cluster.watched(paths.secrets), cluster.projectOf(namespace))
  const { items } = await cluster.kube.list(collection)
  const existing = new Map(items.map((object) => [object.metadata.name ?? '', object]))
  const wanted = new Map(originals.map((original) => [projectSecretName(original), original['type']]))
  for (const [name, object] of existing) {
    // a Secret's type is immutable
    if (!isCopy(object) || (wanted.has(name) && wanted.get(name) === object['type'])) continue
    await unlessMissing(cluster.kube.remove(`${collection}/${name}`))
    existing.delete(name)
  }
  for (const original of originals) {
    await unlessOvertaken(writeCopy(cluster, collection, original, existing.get(projectSecretName(original))))
  }
}

function isCopy({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[copyAnnotation] !== undefined
}

async function writeCopy(
  { kube }: ClusterView,
  collection: string,
  original: KubeObject,
  existing: KubeObject | undefined,
): Promise<void> {
  const { data, type, metadata } = original
  const name = projectSecretName(original)
  if (existing && !isCopy(existing)) return
  const annotations = {
    [projectAnnotation]: originalProject(original) ?? '',
    [projectSecretAnnotation]: 'true',
    [copyAnnotation]: metadata.name ?? '',
  }
  const isCurrent = existing?.metadata.annotations?.[copyAnnotation] === metadata.name
  if (isCurrent && sameJson(existing?.['data'] ?? {}, data ?? {})) return
  if (existing) {
    const own = { ...existing.metadata, annotations: { ...existing.metadata.annotations, ...annotations } }
    await kube.replace(`${collection}/${name}`, { ...existing, metadata: own, data })
  } else await kube.create(collection, { metadata: { name, annotations }, type, data })
}

/** Another server was faster, or the namespace is being deleted. */
async function unlessOvertaken(write: Promise<void>): Promise<void> {
  try {
    await write
  } catch (error) {
    if (!(error instanceof StatusError && [403, 404, 409].includes(error.code))) throw error
  }
}
