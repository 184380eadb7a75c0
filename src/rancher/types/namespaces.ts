import { randomText } from '../access/secret.ts'
import { reachesProject, rightIn, type Caller } from '../access/caller.ts'
import type { Call } from '../request/call.ts'
import { changesOf } from '../kubernetes/changes.ts'
import { namespacesPath, projectAnnotation } from '../kubernetes/cluster-view.ts'
import { V3Error } from '../answer/failure.ts'
import { unlessMissing } from '../../kube/index.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { rawObject } from '../answer/raw-object.ts'
import type { Realm } from '../realm.ts'
import { creatorAnnotation, creatorLabel } from '../kubernetes/state.ts'
import { empty, type Body, type Resource, type Result, type V3Type } from '../schema/v3-type.ts'
import { keyOf, type Watched } from '../kubernetes/watched.ts'
import { readState } from '../workloads/state.ts'
import { metadataFields, notFound } from './metadata.ts'
import { refuseQuotas, requireProject } from './projects.ts'

const statusAnnotation = 'cattle.io/status'
const descriptionAnnotation = 'field.cattle.io/description'

export function namespaceType(realm: Realm): V3Type {
  const list = () => realm.cluster.watched(namespacesPath)
  return {
    id: 'namespace',
    scope: 'cluster',
    projectKeys: 'read',
    perCaller: true,
    offeredActions: ({ projectId }, { caller }) => (mayMove(caller, projectId) ? ['move'] : []),
    store: {
      list: async ({ caller }) => visible(caller, await list()).map((one) => namespaceResource(realm, one)),
      get: async ({ caller }, id) => namespaceResource(realm, await required(realm, caller, id)),
      create: async ({ caller }, body) => createNamespace(realm, caller, body),
      update: async ({ caller }, id, body) => updateNamespace(realm, caller, id, body),
      remove: async ({ caller }, id) => removeNamespace(realm, caller, id),
      watch: ({ caller }, signal) => watchNamespaces(realm, caller, signal),
    },
    actions: { move: (call, id) => moveNamespace(realm, call, id) },
    links: {
      yaml: async (call, id) => {
        await required(realm, call.caller, id)
        return rawObject(call, `${namespacesPath}/${id}`)
      },
    },
    extraLinks: ({ id }, { urls, schema }) => ({ yaml: `${urls.resource(schema, id ?? '')}/yaml` }),
  }
}

function mayMove({ reach }: Caller, projectId: unknown): boolean {
  return rightIn(reach, typeof projectId === 'string' ? projectId : undefined) === 'write'
}

/** Rancher stores its own data in namespaces of its local cluster, which it hides. */
const systemAnnotation = 'management.cattle.io/system-namespace'

function isVisible({ reach }: Caller, { metadata: { annotations = {} } }: KubeObject): boolean {
  return annotations[systemAnnotation] !== 'true' && reachesProject(reach, annotations[projectAnnotation])
}

function visible(caller: Caller, namespaces: Watched): KubeObject[] {
  return [...namespaces.all()].filter((namespace) => isVisible(caller, namespace))
}

async function required({ cluster }: Realm, caller: Caller, name: string): Promise<KubeObject> {
  const namespace = await unlessMissing(cluster.kube.get(`${namespacesPath}/${encodeURIComponent(name)}`))
  if (!namespace || !isVisible(caller, namespace)) throw new V3Error('NotFound', `namespaces "${name}" not found`)
  return namespace
}

async function* watchNamespaces(realm: Realm, caller: Caller, signal: AbortSignal) {
  const list = await realm.cluster.watched(namespacesPath)
  yield* changesOf(list, signal, (object) => (isVisible(caller, object) ? namespaceResource(realm, object) : undefined))
}

const mapped = new WeakMap<KubeObject, Resource>()

function namespaceResource({ now }: Realm, namespace: KubeObject): Resource {
  const known = mapped.get(namespace)
  if (known) return known
  const resource = mapNamespace(namespace, now())
  // how long it has been terminating depends on the clock
  if (!namespace.metadata.deletionTimestamp) mapped.set(namespace, resource)
  return resource
}

function mapNamespace(namespace: KubeObject, now: number): Resource {
  const { name, annotations = {} } = namespace.metadata
  const description = annotations[descriptionAnnotation]
  return {
    id: name ?? '',
    type: 'namespace',
    ...metadataFields(namespace),
    ...readState(namespace, now),
    ...(description === undefined ? {} : { description }),
    name,
    projectId: annotations[projectAnnotation] ?? null,
  }
}

const populating =
  '{"conditions": [{"type": "InitialRolesPopulated", "status": "Unknown", "message": "Populating initial roles"}]}'

/**
 * Two writes, as in Rancher: the response is that of the first, "activating"; the namespace is finished before it is
 * sent, since there is nothing to wait for.
 */
async function createNamespace(realm: Realm, { userId }: Caller, body: Body): Promise<Resource> {
  refuseQuotas(body)
  const { cluster } = realm
  const id = body['projectId']
  const project = typeof id === 'string' && id !== '' ? requireProject(realm, id) : undefined
  const name = typeof body['name'] === 'string' && body['name'] !== '' ? body['name'] : `n-${randomText(5)}`
  const created = await cluster.kube.create(namespacesPath, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      labels: { ...stringMap(body['labels']), ...creatorLabel },
      annotations: {
        ...stringMap(body['annotations']),
        ...(typeof body['description'] === 'string' ? { [descriptionAnnotation]: body['description'] } : {}),
        ...(project === undefined ? {} : { [projectAnnotation]: String(id) }),
        [creatorAnnotation]: userId,
        [statusAnnotation]: populating,
      },
    },
  })
  const list = await cluster.watched(namespacesPath)
  list.accept(created)
  const labels = project === undefined ? {} : { [projectAnnotation]: project }
  const annotations = { [statusAnnotation]: populatedText(realm.now()) }
  list.accept(await patch(realm, name, { labels, annotations }))
  return namespaceResource(realm, created)
}

function populatedText(now: number): string {
  const LastUpdateTime = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z')
  const condition = (Type: string) => ({ Type, Status: 'True', Message: '', LastUpdateTime })
  return JSON.stringify({ Conditions: [condition('InitialRolesPopulated'), condition('ResourceQuotaInit')] })
}

function stringMap(value: unknown): Record<string, string> {
  return typeof value === 'object' && value !== null ? (value as Record<string, string>) : {}
}

function patch({ cluster }: Realm, name: string, metadata: object): Promise<KubeObject> {
  return cluster.kube.patch(`${namespacesPath}/${encodeURIComponent(name)}`, { type: 'merge', body: { metadata } })
}

async function updateNamespace(realm: Realm, caller: Caller, id: string, body: Body): Promise<Resource> {
  refuseQuotas(body)
  const namespace = await required(realm, caller, id)
  const { labels = {}, annotations = {} } = namespace.metadata
  const metadata = {
    ...('labels' in body ? { labels: replaced(labels, stringMap(body['labels'])) } : {}),
    annotations: {
      ...('annotations' in body ? replaced(annotations, stringMap(body['annotations'])) : {}),
      ...(typeof body['description'] === 'string' ? { [descriptionAnnotation]: body['description'] } : {}),
    },
  }
  const stored = await patch(realm, id, metadata)
  const list = await realm.cluster.watched(namespacesPath)
  list.accept(stored)
  return namespaceResource(realm, stored)
}

/** The map as in the body; Rancher's own annotations stay. */
function replaced(today: Record<string, string>, wanted: Record<string, string>): Record<string, string | null> {
  const own = (key: string) => key.includes('cattle.io/')
  const gone = Object.keys(today).filter((key) => !own(key) && !Object.hasOwn(wanted, key))
  return {
    ...Object.fromEntries(Object.entries(wanted).filter(([key]) => !own(key))),
    ...Object.fromEntries(gone.map((key) => [key, null])),
  }
}

async function removeNamespace(realm: Realm, caller: Caller, id: string): Promise<Resource | undefined> {
  const { metadata } = await required(realm, caller, id)
  const { kube } = realm.cluster
  await unlessMissing(kube.remove(`${namespacesPath}/${encodeURIComponent(id)}`))
  const rest = await unlessMissing(kube.get(`${namespacesPath}/${encodeURIComponent(id)}`))
  const list = await realm.cluster.watched(namespacesPath)
  if (!rest) list.forget(keyOf({ metadata }))
  return rest && namespaceResource(realm, rest)
}

async function moveNamespace(realm: Realm, call: Call, id: string): Promise<Result> {
  await required(realm, call.caller, id)
  const body = (await call.readBody()) as Record<string, unknown> | null
  const wanted = body?.['projectId']
  const target = typeof wanted === 'string' && wanted !== '' ? wanted : null
  const project = target === null ? null : requireProject(realm, target)
  // moving between projects requires write access to both
  if (rightIn(call.caller.reach, target ?? undefined) !== 'write') throw notFound('projects', project ?? '')
  const marks = { annotations: { [projectAnnotation]: target }, labels: { [projectAnnotation]: project } }
  const list = await realm.cluster.watched(namespacesPath)
  list.accept(await patch(realm, id, marks))
  return empty
}
