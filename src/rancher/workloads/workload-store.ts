import { setTimeout as delay } from 'node:timers/promises'
import type { KubeObject } from '../../model/kube-object.ts'
import { StatusError } from '../../model/status.ts'
import { workloadKinds } from '../../model/workload-kinds.ts'
import type { Call } from '../request/call.ts'
import { changesOfAll } from '../kubernetes/changes.ts'
import type { ClusterView } from '../kubernetes/cluster-view.ts'
import { V3Error } from '../answer/failure.ts'
import { isPartOfWorkload } from '../kubernetes/kept-objects.ts'
import { rememberedList } from '../kubernetes/remembered-list.ts'
import type { Body, Change, Resource, Store } from '../schema/v3-type.ts'
import type { Watched } from '../kubernetes/watched.ts'
import { Compactor } from './mapping/compact.ts'
import { kindOfBody, newWorkload } from './create-workload.ts'
import type { V3WorkloadKind } from './mapping/kind-rows.ts'
import { mergeWorkload, saysNothingNew } from './mapping/merge-workload.ts'
import { bindToNode } from './mapping/node-binding.ts'
import { type PullSecretChange, pullSecretsFor, registryCredentials, secretNames } from './mapping/pull-secrets.ts'
import { readWorkload } from './mapping/read-workload.ts'
import { type Fields, fieldsOf, listOf, sameJson, setAt, textOf, valueAt } from './mapping/rows.ts'
import { checkIfMatch, entityTag } from './stale/entity-tag.ts'
import { managerOf } from './stale/own-images.ts'
import { healStaleBody, type StalePut } from './stale/stale-put.ts'
import { inTurn, type Turns } from './turns.ts'
import { parseWorkloadId, v3WorkloadKinds, type WorkloadId, workloadNotFound, workloadPath } from './workload-path.ts'

/** The form of ids in the URL. */
type ParseId = (id: string) => WorkloadId

/**
 * `/workloads` has several kinds: `deployment:default:web`. A single kind's collection: `default:web`, required for
 * writes.
 */
export function workloadStore(kinds: readonly V3WorkloadKind[] = v3WorkloadKinds, stalePut: StalePut = 'merge'): Store {
  const parse: ParseId = (id) => parseIdOf(kinds, id)
  return {
    list: (call) => listWorkloads(call, kinds),
    get: async (call, id) => {
      const workload = await findWorkload(call, parse(id))
      call.setHeader('ETag', entityTag(workload.object))
      return present(call, workload)
    },
    create: (call, body) => createWorkload(call, body, kinds),
    update: (call, id, body) => updateWorkload(call, parseWrittenId(kinds, id), body, stalePut),
    remove: (call, id) => removeWorkload(call, parseWrittenId(kinds, id)),
    watch: (call, signal) => watchWorkloads(call, kinds, signal),
  }
}

/** A kind's own collection accepts ids of two parts, too. */
export function parseIdOf(kinds: readonly V3WorkloadKind[], id: string): WorkloadId {
  const [only, other] = kinds
  return parseWorkloadId(only && !other && id.split(':').length === 2 ? `${only}:${id}` : id)
}

/**
 * As in Rancher, writes to a kind's own collection use ids of two parts; of three, the first is read as a namespace.
 */
function parseWrittenId(kinds: readonly V3WorkloadKind[], id: string): WorkloadId {
  const [kind, other] = kinds
  const [namespace = '', ...name] = id.split(':')
  return kind && !other && name.length > 0 ? { kind, namespace, name: name.join(':') } : parseIdOf(kinds, id)
}

export interface Found {
  id: WorkloadId
  object: KubeObject
}

/** Raises 404 in Kubernetes' words if it does not exist or is not in this project. */
export async function findWorkload(call: Call, id: WorkloadId): Promise<Found> {
  await requireProjectNamespace(call, id)
  return { id, object: await call.cluster.kube.get(workloadPath(id.kind, id.namespace, id.name)) }
}

async function requireProjectNamespace(call: Call, id: WorkloadId): Promise<void> {
  try {
    await call.requireNamespace(id.namespace)
  } catch (error) {
    if (error instanceof V3Error && error.status === 404) throw workloadNotFound(id)
    throw error
  }
}

interface Shown {
  projectId: string | undefined
  resource: Resource
}

const shown = new WeakMap<KubeObject, Shown>()

/** Cached by object, except while it is being deleted, when its state depends on the clock. */
export function present({ cluster }: Pick<Call, 'cluster'>, { id: { kind, namespace }, object }: Found): Resource {
  const projectId = cluster.projectOf(namespace)
  const known = shown.get(object)
  if (known && known.projectId === projectId) return known.resource
  const resource = readWorkload(kind, object, projectId, cluster.now())
  if (object.metadata.deletionTimestamp === undefined) shown.set(object, { projectId, resource })
  return resource
}

async function listWorkloads(call: Call, kinds: readonly V3WorkloadKind[]): Promise<readonly Resource[]> {
  const namespaces = await call.namespaces()
  const lists = await Promise.all(kinds.map((kind) => call.cluster.watched(workloadPath(kind))))
  const among = new Set(namespaces)
  return rememberedList(namespaces, kinds.join(), lists, {
    all: () => kinds.flatMap((kind, at) => presentAll(call, kind, lists[at], among)),
    one: (place, key) => {
      const kind = kinds[place] ?? 'deployment'
      const [namespace = '', name = ''] = key.split('/')
      const object = lists[place]?.get(key)
      const isShown = object && among.has(namespace) && !isPartOfWorkload(object)
      const resource = isShown ? present(call, { id: { kind, namespace, name }, object }) : undefined
      return { id: `${kind}:${namespace}:${name}`, resource }
    },
  })
}

function presentAll(
  call: Call,
  kind: V3WorkloadKind,
  list: Watched | undefined,
  namespaces: ReadonlySet<string>,
): Resource[] {
  const found: Resource[] = []
  for (const object of list?.all() ?? []) {
    const { namespace = '', name = '' } = object.metadata
    if (!namespaces.has(namespace) || isPartOfWorkload(object)) continue
    found.push(present(call, { id: { kind, namespace, name }, object }))
  }
  return found
}

async function createWorkload(call: Call, body: Body, kinds: readonly V3WorkloadKind[]): Promise<Resource> {
  const kind = kinds.length === 1 ? (kinds[0] ?? 'deployment') : kindOfBody(body)
  const namespace = textOf(body['namespaceId'])
  if (namespace === '') {
    const message = 'the server does not allow this method on the requested resource'
    throw new StatusError({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      reason: 'MethodNotAllowed',
      message,
      code: 405,
    })
  }
  if (call.cluster.projectOf(namespace) === undefined) {
    await call.cluster.kube.get(`/api/v1/namespaces/${encodeURIComponent(namespace)}`)
  }
  await call.requireNamespace(namespace)
  const object = newWorkload(kind, body, call.caller.userId, compactorOf(call, kind))
  await bindToNode(call.cluster, body, {}, templateOf(kind, object))
  await addPullSecrets(call, kind, object, {
    named: secretNames(body['imagePullSecrets']),
    imagesBefore: [],
    imagesAfter: imagesOf(body),
  })
  const created = await call.cluster.kube.create(workloadPath(kind, namespace), object)
  const name = created.metadata.name ?? ''
  await accept(call, kind, created)
  return present(call, { id: { kind, namespace, name }, object: created })
}

const updateTries = 10

/** Controllers write a workload's status in bursts, so retries back off: half a second in total. */
function pauseBefore(attempt: number): Promise<void> {
  return delay(attempt * attempt * 2 * (0.5 + Math.random()))
}

/** Changes to one workload through this server are serialised rather than left to conflict. */
const updates = new WeakMap<ClusterView, Turns>()

function updateWorkload(call: Call, id: WorkloadId, body: Body, stalePut: StalePut): Promise<Resource> {
  const turns = updates.get(call.cluster) ?? new Map<string, Promise<unknown>>()
  updates.set(call.cluster, turns)
  const key = workloadPath(id.kind, id.namespace, id.name)
  return inTurn(turns, key, () => mergeIntoWorkload(call, id, body, stalePut))
}

/** Merges into the current object and retries on conflicts: ten times, then raises the 409. */
async function mergeIntoWorkload(call: Call, id: WorkloadId, body: Body, stalePut: StalePut): Promise<Resource> {
  for (let attempt = 1; ; attempt++) {
    const found = await findWorkload(call, id)
    checkIfMatch(call, found.object)
    try {
      return present(call, { id, object: await writeChange(call, found, body, stalePut) })
    } catch (error) {
      if (!isConflict(error) || attempt >= updateTries) throw error
      await pauseBefore(attempt)
    }
  }
}

async function writeChange(call: Call, { id, object }: Found, sent: Body, mode: StalePut): Promise<KubeObject> {
  const { kind, namespace, name } = id
  const compactor = compactorOf(call, kind)
  const today = present(call, { id, object })
  const body = await healStaleBody({ call, kind, object, today, body: sent, compactor, mode })
  if (!call.replace && saysNothingNew({ today, body, compactor })) return object
  const merged = mergeWorkload({ kind, object, today, body, compactor, replace: call.replace })
  await bindToNode(call.cluster, body, today, templateOf(kind, merged))
  await renewPullSecrets(call, { kind, merged, today, body })
  if (sameJson(merged, object)) return object
  const written = await call.cluster.kube.replace(workloadPath(kind, namespace, name), merged, {
    fieldManager: managerOf(call.caller),
  })
  await accept(call, kind, written)
  return written
}

interface Renewal {
  kind: V3WorkloadKind
  merged: KubeObject
  today: Fields
  body: Fields
}

async function renewPullSecrets(call: Call, { kind, merged, today, body }: Renewal): Promise<void> {
  if (!Array.isArray(body['containers'])) return
  const imagesBefore = imagesOf(today)
  const imagesAfter = imagesOf(body)
  if (sameJson(imagesBefore, imagesAfter)) return
  const named = secretNames(valueAt(templateOf(kind, merged), 'spec.imagePullSecrets'))
  await addPullSecrets(call, kind, merged, { named, imagesBefore, imagesAfter })
}

async function addPullSecrets(
  call: Call,
  kind: V3WorkloadKind,
  object: KubeObject,
  change: Omit<PullSecretChange, 'credentials'>,
): Promise<void> {
  const credentials = await registryCredentials(call.cluster, object.metadata.namespace ?? '')
  const secrets = pullSecretsFor({ ...change, credentials })
  const spec = fieldsOf(templateOf(kind, object)['spec'])
  if (secrets.length > 0) setAt(spec, 'imagePullSecrets', secrets)
  else delete spec['imagePullSecrets']
}

function imagesOf(document: Fields): string[] {
  return listOf(document['containers']).map(({ image }) => textOf(image))
}

export function templateOf(kind: V3WorkloadKind, object: KubeObject): Fields {
  return fieldsOf(valueAt(object, workloadKinds[kind].template.join('.')))
}

function compactorOf({ schemas, schema }: Call, kind: V3WorkloadKind): Compactor {
  return new Compactor(schemas, schemas.byId(workloadKinds[kind].v3Type) ?? schema)
}

function isConflict(error: unknown): boolean {
  return error instanceof StatusError && error.reason === 'Conflict'
}

/** So that a list right after our own write includes it. */
export async function accept(
  { cluster }: Pick<Call, 'cluster'>,
  kind: V3WorkloadKind,
  object: KubeObject,
): Promise<void> {
  const watched = await cluster.watched(workloadPath(kind))
  watched.accept(object)
}

async function removeWorkload(call: Call, id: WorkloadId): Promise<Resource | undefined> {
  const { kind, namespace, name } = id
  await requireProjectNamespace(call, id)
  const path = workloadPath(kind, namespace, name)
  await call.cluster.kube.remove(path, deleteOptionsOf(call))
  try {
    return present(call, { id, object: await call.cluster.kube.get(path) })
  } catch (error) {
    if (!(error instanceof StatusError && error.code === 404)) throw error
    const watched = await call.cluster.watched(workloadPath(kind))
    watched.forget(`${namespace}/${name}`)
    return undefined
  }
}

/** Kubernetes accepts a policy or `orphanDependents`, not both; Rancher's policy is `Background`. */
function deleteOptionsOf({ query }: Call): Fields {
  const orphans = query.get('orphanDependents')
  const grace = query.get('gracePeriodSeconds')
  const policy = query.get('propagationPolicy') ?? (orphans === undefined ? 'Background' : undefined)
  return {
    ...(policy !== undefined && { propagationPolicy: policy }),
    ...(orphans !== undefined && { orphanDependents: orphans === 'true' }),
    ...(grace !== undefined && { gracePeriodSeconds: Number(grace) }),
  }
}

async function* watchWorkloads(
  call: Call,
  kinds: readonly V3WorkloadKind[],
  signal: AbortSignal,
): AsyncGenerator<Change> {
  const sources = await Promise.all(
    kinds.map(async (kind) => ({
      list: await call.cluster.watched(workloadPath(kind)),
      map: (object: KubeObject) => {
        const { namespace = '', name = '' } = object.metadata
        const isShown = call.cluster.projectOf(namespace) === call.projectId && !isPartOfWorkload(object)
        return isShown ? present(call, { id: { kind, namespace, name }, object }) : undefined
      },
    })),
  )
  yield* changesOfAll(sources, signal)
}
