import type { KubeObject } from '../../model/kube-object.ts'
import { StatusError } from '../../model/status.ts'
import type { Call } from '../request/call.ts'
import { changesOf } from '../kubernetes/changes.ts'
import { V3Error } from '../answer/failure.ts'
import { projectSecretAnnotation } from './project-secret.ts'
import { rawObject } from '../answer/raw-object.ts'
import { creatorAnnotation, creatorLabel } from '../kubernetes/state.ts'
import type { Body, Change, Resource, V3Type } from '../schema/v3-type.ts'
import { Compactor } from '../workloads/mapping/compact.ts'
import { mergeRows } from '../workloads/mapping/merge-rows.ts'
import { type Fields, type Row, readRows, sameJson, textOf } from '../workloads/mapping/rows.ts'
import { readState } from '../workloads/state.ts'

/** A type whose resources are namespaced Kubernetes objects, with ids `namespace:name`. */
export interface NamespacedType {
  id: string
  baseType?: string
  /** Kubernetes' plural: `configmaps`. */
  plural: string
  kind: string
  /** v3 path and Kubernetes path, from the object's root. */
  rows: readonly Row[]
  /** Which objects are visible. Default: all. */
  accepts?(object: KubeObject): boolean
  /** The type an object is shown as, if a list has several. Default: this type. */
  shownAs?(object: KubeObject): NamespacedType
  /** For what rows cannot express, when reading. */
  read?(object: KubeObject, call: Call): Promise<Fields> | Fields
  /** For what rows cannot express, when writing. */
  write?(object: KubeObject, body: Body): void
  /** Defaults of a new object. */
  complete?(object: KubeObject, body: Body): void
  /** Updates dependent objects after a write. */
  follow?(written: KubeObject, call: Call): Promise<void>
  /** Whether it has state, transitioning and transitioningMessage. */
  stateful?: boolean
}

/** The object's own labels and annotations, and the readable part of its metadata. */
const metadataRows: readonly Row[] = [
  { v3: 'labels', kube: 'metadata.labels' },
  { v3: 'ownerReferences', kube: 'metadata.ownerReferences' },
]

export function namespacedType(type: NamespacedType): V3Type {
  return {
    id: type.id,
    scope: 'project',
    ...(type.baseType !== undefined && { baseType: type.baseType }),
    store: {
      list: (call) => list(call, type),
      get: async (call, id) => present(call, type, await find(call, type, id)),
      create: (call, body) => create(call, type, body),
      update: (call, id, body) => update(call, type, id, body),
      remove: (call, id) => remove(call, type, id),
      watch: (call, signal) => watch(call, type, signal),
    },
    links: {
      yaml: async (call, id) => {
        const { metadata } = await find(call, type, id)
        return rawObject(call, pathOf(type, metadata.namespace, metadata.name))
      },
    },
    extraLinks: ({ id = '' }, { urls, schemas, schema }) => ({
      yaml: `${urls.resource(schemas.byId(type.id) ?? schema, id)}/yaml`,
    }),
  }
}

export function pathOf({ plural }: Pick<NamespacedType, 'plural'>, namespace?: string, name?: string): string {
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`
  return `/api/v1${scope}/${plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`
}

function shownType(type: NamespacedType, object: KubeObject): NamespacedType {
  return type.shownAs?.(object) ?? type
}

/** For a change: only what the type itself covers. */
async function findOwn(call: Call, type: NamespacedType, id: string): Promise<KubeObject> {
  const object = await find(call, type, id)
  if (shownType(type, object).id === type.id) return object
  throw new V3Error('NotFound', `${type.plural} "${object.metadata.name ?? ''}" not found`)
}

async function find(call: Call, type: NamespacedType, id: string): Promise<KubeObject> {
  const [namespace = '', name = '', ...more] = id.split(':')
  if (namespace === '' || name === '' || more.length > 0) {
    throw new V3Error('NotFound', 'failed to find resource by id')
  }
  try {
    await call.requireNamespace(namespace)
    const object = await call.cluster.kube.get(pathOf(type, namespace, name))
    if (type.accepts?.(object) ?? true) return object
  } catch (error) {
    const missing =
      (error instanceof V3Error && error.status === 404) || (error instanceof StatusError && error.code === 404)
    if (!missing) throw error
  }
  throw new V3Error('NotFound', `${type.plural} "${name}" not found`)
}

const shown = new WeakMap<KubeObject, Map<string, Resource>>()

async function present(call: Call, asked: NamespacedType, object: KubeObject): Promise<Resource> {
  const type = shownType(asked, object)
  const { namespace = '', deletionTimestamp } = object.metadata
  const key = `${type.id} ${call.cluster.projectOf(namespace) ?? ''}`
  const known = shown.get(object)?.get(key)
  if (known) return known
  const resource = await readResource(call, type, object)
  if (deletionTimestamp === undefined) {
    const kept = shown.get(object) ?? new Map<string, Resource>()
    shown.set(object, kept.set(key, resource))
  }
  return resource
}

async function readResource(call: Call, type: NamespacedType, object: KubeObject): Promise<Resource> {
  const { metadata } = object
  const { name = '', namespace = '' } = metadata
  return {
    ...readRows([...metadataRows, ...type.rows], object),
    ...(type.stateful && readState(object, call.cluster.now())),
    name,
    namespaceId: namespace,
    projectId: call.cluster.projectOf(namespace) ?? null,
    uuid: metadata.uid,
    created: metadata.creationTimestamp ?? null,
    ...(metadata.deletionTimestamp !== undefined && { removed: metadata.deletionTimestamp }),
    creatorId: metadata.annotations?.[creatorAnnotation] ?? null,
    ...(metadata.annotations && { annotations: shownAnnotations(metadata.annotations) }),
    ...(await type.read?.(object, call)),
    id: `${namespace}:${name}`,
    type: type.id,
  }
}

/** Rancher's own annotations are shown as fields, and ours are of no interest to callers. */
function shownAnnotations(annotations: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !isOwnMark(key)))
}

function isOwnMark(key: string): boolean {
  return (
    key.startsWith('field.cattle.io/') ||
    key.startsWith('drover.dev/') ||
    key === projectSecretAnnotation ||
    key.startsWith('kubernetes.io/service-account.') ||
    key.startsWith('lifecycle.cattle.io/')
  )
}

async function list(call: Call, type: NamespacedType): Promise<Resource[]> {
  const namespaces = new Set(await call.namespaces())
  const watched = await call.cluster.watched(pathOf(type))
  const found: Resource[] = []
  for (const object of watched.all()) {
    if (!namespaces.has(object.metadata.namespace ?? '') || !(type.accepts?.(object) ?? true)) continue
    found.push(await present(call, type, object))
  }
  return found
}

async function create(call: Call, type: NamespacedType, body: Body): Promise<Resource> {
  const namespace = textOf(body['namespaceId'])
  await call.requireNamespace(namespace)
  const object: KubeObject = {
    apiVersion: 'v1',
    kind: type.kind,
    metadata: { ...nameOf(type, body), namespace, annotations: { [creatorAnnotation]: call.caller.userId } },
  }
  fill(call, type, object, {}, body)
  type.complete?.(object, body)
  object.metadata.labels = { ...object.metadata.labels, ...creatorLabel }
  const created = await call.cluster.kube.create(pathOf(type, namespace), object)
  const watched = await call.cluster.watched(pathOf(type))
  watched.accept(created)
  await type.follow?.(created, call)
  return present(call, type, created)
}

/** Without one of its own Kubernetes draws it, behind the initials of the type. */
function nameOf({ id }: Pick<NamespacedType, 'id'>, body: Body): { name: string } | { generateName: string } {
  const name = textOf(body['name'])
  return name === '' ? { generateName: generatedPrefix(id) } : { name }
}

/** Of `configMap` it is `cm-`. */
export function generatedPrefix(typeId: string): string {
  return `${typeId.slice(0, 1)}${typeId.slice(1).replaceAll(/[a-z]+/g, '')}-`.toLowerCase()
}

const updateTries = 5

async function update(call: Call, type: NamespacedType, id: string, body: Body): Promise<Resource> {
  for (let attempt = 1; ; attempt++) {
    const object = await findOwn(call, type, id)
    const draft = structuredClone(object)
    fill(call, type, draft, await present(call, type, object), body)
    if (sameJson(draft, object)) return present(call, type, object)
    try {
      const { namespace, name } = object.metadata
      const written = await call.cluster.kube.replace(pathOf(type, namespace, name), draft)
      const watched = await call.cluster.watched(pathOf(type))
      watched.accept(written)
      await type.follow?.(written, call)
      return await present(call, type, written)
    } catch (error) {
      if (!(error instanceof StatusError && error.reason === 'Conflict') || attempt >= updateTries) throw error
    }
  }
}

function fill(call: Call, type: NamespacedType, draft: KubeObject, today: Fields, body: Body): void {
  const compactor = new Compactor(call.schemas, call.schemas.byId(type.id) ?? call.schema)
  const sides = { today, body, compactor, absentRemoves: false }
  mergeRows([{ v3: 'labels', kube: 'metadata.labels' }, ...type.rows], sides, draft)
  mergeAnnotations(draft, body)
  type.write?.(draft, body)
}

function mergeAnnotations({ metadata }: KubeObject, body: Body): void {
  const wanted = body['annotations']
  if (typeof wanted !== 'object' || wanted === null) return
  const own = Object.entries(metadata.annotations ?? {}).filter(([key]) => isOwnMark(key))
  const given = Object.entries(wanted).filter(([key]) => !isOwnMark(key))
  metadata.annotations = Object.fromEntries([...given, ...own]) as Record<string, string>
}

async function remove(call: Call, type: NamespacedType, id: string): Promise<Resource | undefined> {
  const { metadata } = await findOwn(call, type, id)
  const path = pathOf(type, metadata.namespace, metadata.name)
  await call.cluster.kube.remove(path, { propagationPolicy: 'Background' })
  try {
    return await present(call, type, await call.cluster.kube.get(path))
  } catch (error) {
    if (!(error instanceof StatusError && error.code === 404)) throw error
    const watched = await call.cluster.watched(pathOf(type))
    watched.forget(`${metadata.namespace}/${metadata.name}`)
    return undefined
  }
}

async function* watch(call: Call, type: NamespacedType, signal: AbortSignal): AsyncGenerator<Change> {
  const watched = await call.cluster.watched(pathOf(type))
  yield* changesOf(watched, signal, (object) => {
    if (call.cluster.projectOf(object.metadata.namespace ?? '') !== call.projectId) return undefined
    if (!(type.accepts?.(object) ?? true) || shownType(type, object).id !== type.id) return undefined
    return present(call, type, object)
  })
}
