import type { CallOptions, KubeClient } from '../../kube/index.ts'
import { DroverError } from '../../model/errors.ts'
import type { RolloutSnapshot } from '../../model/judge/snapshot.ts'
import { isReady } from '../../model/judge/pod-status.ts'
import { isControlledBy } from '../../model/judge/revisions.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { StatusError } from '../../model/status.ts'
import type { WorkloadKind } from '../../model/workload-kinds.ts'
import { editPatch } from './edit-patch.ts'
import { raisingDroverErrors, toDroverError } from './raise-drover-error.ts'
import { withSharedLists } from './lists-together.ts'
import type { CallSettings, Target, WorkloadEdit, WriteResult } from '../target.ts'
import type { WorkloadName } from '../verdict.ts'
import { collectionPath, resourcePath, selectorText, workloadPath } from './workload-paths.ts'

export interface KubernetesTargetOptions {
  client: KubeClient
  /** Set if the API is reached through a Rancher or Drover server. Default `kubernetes`. */
  door?: 'kubernetes' | 'rancher-kubernetes'
  cluster?: string
}

/** Workloads through a Kubernetes API. Every write is a JSON Patch that tests its preconditions. */
export function kubernetesTarget({ client, door = 'kubernetes', cluster }: KubernetesTargetOptions): Target {
  const target: Target = {
    door,
    ...(cluster !== undefined && { cluster }),
    read: (workload, call) => raisingDroverErrors(read(client, workload, call)),
    write: (workload, seen, edit, options) => write(client, workload, seen, edit, options),
    snapshot: (workload, options) => raisingDroverErrors(snapshot(client, workload, options)),
    log: (pod, container, options) => readLog(client, pod, container, options),
    async list(kind, { namespace, labelSelector, signal } = {}) {
      const path = collectionPath(kind, namespace)
      const query = { limit: 500, labelSelector }
      const { items } = await raisingDroverErrors(client.list(path, { query, signal }))
      return items
    },
    sharing: () => withSharedLists(target, client),
  }
  return target
}

async function read(client: KubeClient, workload: WorkloadName, { signal }: CallSettings = {}): Promise<KubeObject> {
  try {
    return await client.get(workloadPath(workload), { signal })
  } catch (error) {
    if (!(error instanceof StatusError) || error.code !== 404) throw error
    throw new DroverError('NOT_FOUND', await describeMissing(client, workload, signal), { cause: error })
  }
}

const candidatesShown = 12

/** Lists existing workloads instead, if the caller may read them. */
async function describeMissing(client: KubeClient, workload: WorkloadName, signal?: AbortSignal): Promise<string> {
  const { kind, namespace, name } = workload
  const missing = `there is no ${kind} ${JSON.stringify(name)} in namespace ${JSON.stringify(namespace)}`
  const elsewhere = await namespacesWith(client, workload, signal)
  if (elsewhere.length > 0) return `${missing}; there is one in ${elsewhere.join(', ')}`
  try {
    const { items } = await client.list(collectionPath(kind, namespace), { query: { limit: 500 }, signal })
    const names = items.map(({ metadata }) => metadata.name)
    if (names.length === 0) return `${missing}, nor any other`
    const more = names.length > candidatesShown ? `, and ${names.length - candidatesShown} more` : ''
    return `${missing}; there are ${names.slice(0, candidatesShown).join(', ')}${more}`
  } catch {
    return missing
  }
}

/** Namespaces with a workload of that kind and name, as far as the caller may read them: often -n was forgotten. */
async function namespacesWith(
  client: KubeClient,
  { kind, name }: WorkloadName,
  signal?: AbortSignal,
): Promise<string[]> {
  try {
    const query = { fieldSelector: `metadata.name=${name}`, limit: candidatesShown }
    const { items } = await client.list(collectionPath(kind), { query, signal })
    return items.map(({ metadata }) => `namespace ${metadata.namespace}`)
  } catch {
    return []
  }
}

async function write(
  client: KubeClient,
  workload: WorkloadName,
  seen: KubeObject,
  edit: WorkloadEdit,
  { signal, dryRun = false }: CallSettings & { dryRun?: boolean } = {},
): Promise<WriteResult> {
  const operations = editPatch(workload.kind, seen, edit)
  if (!operations) return { written: false, workload: await raisingDroverErrors(read(client, workload, { signal })) }
  try {
    const path = workloadPath(workload)
    const written = await client.patch(path, { type: 'json', operations }, { dryRun, signal })
    return { written: true, workload: written, warnings: [] }
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    if (error.code !== 409 && error.code !== 422) throw toDroverError(error)
    const today = await raisingDroverErrors(read(client, workload, { signal }))
    // a failed test and an invalid object are both 422; it was the test if the preconditions no longer hold
    const moved = today.metadata.resourceVersion !== seen.metadata.resourceVersion
    if (error.code === 409 || (moved && !hasCauses(error))) return { written: false, workload: today }
    throw toDroverError(error)
  }
}

function hasCauses({ status }: StatusError): boolean {
  return (status.details?.causes ?? []).length > 0
}

async function snapshot(
  client: KubeClient,
  name: WorkloadName,
  { signal, events = false }: CallSettings & { events?: boolean } = {},
): Promise<RolloutSnapshot> {
  const { kind, namespace } = name
  const call = { signal }
  const workload = await read(client, name, call)
  const labelSelector = selectorText(kind, workload)
  const [revisions, pods] = await Promise.all([
    listRevisions(client, kind, namespace, labelSelector, call),
    listPods(client, namespace, labelSelector, call),
  ])
  const found = { kind, workload, revisions, pods: kind === 'pod' ? [workload] : pods }
  return { ...found, ...(events ? await readEvents(client, namespace, found, call) : { events: [] }) }
}

/** Where each kind keeps its earlier templates. */
export const revisionKinds: Partial<Record<WorkloadKind, { apiVersion: string; plural: string }>> = {
  deployment: { apiVersion: 'apps/v1', plural: 'replicasets' },
  statefulset: { apiVersion: 'apps/v1', plural: 'controllerrevisions' },
  daemonset: { apiVersion: 'apps/v1', plural: 'controllerrevisions' },
}

async function listRevisions(
  client: KubeClient,
  kind: WorkloadKind,
  namespace: string,
  labelSelector: string | undefined,
  call: CallOptions,
): Promise<KubeObject[]> {
  const row = revisionKinds[kind]
  if (!row || labelSelector === undefined) return []
  const { items } = await client.list(resourcePath(row.apiVersion, row.plural, namespace), {
    ...call,
    query: { labelSelector },
  })
  return items
}

async function listPods(client: KubeClient, namespace: string, labelSelector: string | undefined, call: CallOptions) {
  if (labelSelector === undefined) return []
  const { items } = await client.list(resourcePath('v1', 'pods', namespace), { ...call, query: { labelSelector } })
  return items
}

/** Pods to read events for: a few explain as much as a thousand. */
const maxPodsWithEvents = 5

/** Never raises for missing permissions: events only explain a verdict. */
export async function readEvents(
  client: KubeClient,
  namespace: string,
  { workload, revisions, pods }: Omit<RolloutSnapshot, 'events'>,
  call: CallOptions,
): Promise<Pick<RolloutSnapshot, 'events' | 'eventsUnread'>> {
  const owned = revisions.filter(
    (revision) => revision.kind !== 'ControllerRevision' && isControlledBy(revision, workload),
  )
  const unready = pods.filter((pod) => !isReady(pod) && pod.metadata.uid !== workload.metadata.uid)
  const youngestFirst = (one: KubeObject, other: KubeObject) =>
    (other.metadata.creationTimestamp ?? '').localeCompare(one.metadata.creationTimestamp ?? '')
  const asked = [
    workload,
    ...owned.sort(youngestFirst).slice(0, 2),
    ...unready.sort(youngestFirst).slice(0, maxPodsWithEvents),
  ]
  try {
    const lists = await Promise.all(
      asked.map(({ metadata: { uid } }) =>
        client.list(resourcePath('v1', 'events', namespace), {
          ...call,
          query: { fieldSelector: `involvedObject.uid=${uid}`, limit: 100 },
        }),
      ),
    )
    return { events: lists.flatMap(({ items }) => items) }
  } catch (error) {
    if (error instanceof StatusError && error.code === 403) return { events: [], eventsUnread: error.message }
    throw error
  }
}

async function readLog(
  client: KubeClient,
  { namespace, name }: { namespace: string; name: string },
  container: string,
  { signal, lines = 20, previous = false }: CallSettings & { lines?: number; previous?: boolean } = {},
): Promise<string[]> {
  const path = `${resourcePath('v1', 'pods', namespace)}/${encodeURIComponent(name)}/log`
  const query = { container, tailLines: lines, previous: previous || undefined }
  try {
    const text = await client.text(path, { query, signal })
    return text.split('\n').filter((line) => line !== '')
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    // a container that never ran has no log, nor does a deleted pod
    if (error.code === 400 || error.code === 404) return []
    throw toDroverError(error)
  }
}
