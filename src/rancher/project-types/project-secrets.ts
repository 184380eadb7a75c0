import type { KubeObject } from '../../model/kube-object.ts'
import { StatusError } from '../../model/status.ts'
import { randomText } from '../access/secret.ts'
import type { Call } from '../request/call.ts'
import { projectAnnotation } from '../kubernetes/cluster-view.ts'
import { V3Error } from '../answer/failure.ts'
import { nameAnnotation, originalProject, originalsOf, projectSecretName } from './project-secret.ts'
import { creatorAnnotation, creatorLabel, paths } from '../kubernetes/state.ts'
import type { Body, Resource, V3Type } from '../schema/v3-type.ts'
import { keyOf } from '../kubernetes/watched.ts'
import { dockerSecretType, readRegistries } from '../workloads/mapping/pull-secrets.ts'
import { type Fields, fieldsOf, isFields, textOf } from '../workloads/mapping/rows.ts'
import { copyToNamespaces } from './project-secrets-upkeep.ts'
import { generatedPrefix } from './namespaced-type.ts'
import {
  descriptionAnnotation,
  readDescription,
  readTlsSecret,
  writeDescription,
  writeRegistries,
  writeTlsSecret,
} from './secrets.ts'

/**
 * Secrets of a project. The original is stored with the server's state and copied into every namespace of the project
 * for pods to use (project-secrets-upkeep.ts).
 */
interface ProjectSecret {
  id: string
  type: string
  read(object: KubeObject): Fields
  write(object: KubeObject, body: Body): void
}

const kinds: readonly ProjectSecret[] = [
  {
    id: 'dockerCredential',
    type: dockerSecretType,
    read: ({ data }) => ({ registries: readRegistries(fieldsOf(data)['.dockerconfigjson']) }),
    write: writeRegistries,
  },
  {
    id: 'certificate',
    type: 'kubernetes.io/tls',
    read: readTlsSecret,
    write: writeTlsSecret,
  },
  {
    id: 'secret',
    type: 'Opaque',
    read: ({ data, type }) => ({ kind: type, ...(data !== undefined && { data }) }),
    write: (object, body) => {
      if (isFields(body['data'])) object['data'] = body['data']
      if (isFields(body['stringData'])) object['stringData'] = body['stringData']
    },
  },
]

export const projectSecretTypes: readonly V3Type[] = kinds.map((kind) => ({
  id: kind.id,
  scope: 'project',
  baseType: 'secret',
  store: {
    list: async (call) => (await originals(call, kind)).map((object) => present(kind, object)),
    get: async (call, id) => present(kind, await find(call, kind, id)),
    create: (call, body) => create(call, kind, body),
    update: (call, id, body) => update(call, kind, id, body),
    remove: (call, id) => remove(call, kind, id),
  },
}))

async function originals({ cluster, projectId }: Call, { type }: ProjectSecret): Promise<KubeObject[]> {
  return originalsOf(await cluster.watched(paths.secrets), projectId).filter((one) => one['type'] === type)
}

async function find(call: Call, kind: ProjectSecret, id: string): Promise<KubeObject> {
  if (id.split(':').length !== 2) throw new V3Error('NotFound', 'failed to find resource by id')
  const found = (await originals(call, kind)).find((object) => idOf(object) === id)
  if (!found) throw new V3Error('NotFound', `secrets "${id.slice(id.indexOf(':') + 1)}" not found`)
  return found
}

function shortProject(projectId: string): string {
  return projectId.slice(projectId.indexOf(':') + 1)
}

function idOf(object: KubeObject): string {
  return `${shortProject(originalProject(object) ?? '')}:${projectSecretName(object)}`
}

const marks = new Set([projectAnnotation, nameAnnotation, creatorAnnotation, descriptionAnnotation])

function present(kind: ProjectSecret, object: KubeObject): Resource {
  const { metadata } = object
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([key]) => !marks.has(key))
  return {
    ...kind.read(object),
    ...readDescription(object),
    id: idOf(object),
    type: kind.id,
    name: projectSecretName(object),
    namespaceId: null,
    projectId: originalProject(object) ?? null,
    annotations: Object.fromEntries(annotations),
    labels: metadata.labels ?? {},
    created: metadata.creationTimestamp ?? null,
    creatorId: metadata.annotations?.[creatorAnnotation] ?? null,
    uuid: metadata.uid,
  }
}

async function create(call: Call, kind: ProjectSecret, body: Body): Promise<Resource> {
  const { cluster, projectId = '' } = call
  const name = textOf(body['name']) || `${generatedPrefix(kind.id)}${randomText(5)}`
  const object: KubeObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    type: kind.type,
    metadata: {
      name: `${shortProject(projectId)}.${name}`,
      labels: { ...creatorLabel },
      annotations: { [projectAnnotation]: projectId, [nameAnnotation]: name, [creatorAnnotation]: call.caller.userId },
    },
  }
  fill(kind, object, body)
  const created = await underItsName(name, object, cluster.kube.create(paths.secrets, object))
  const secrets = await cluster.watched(paths.secrets)
  secrets.accept(created)
  await copyToNamespaces(cluster, projectId)
  return present(kind, created)
}

function fill(kind: ProjectSecret, object: KubeObject, body: Body): void {
  kind.write(object, body)
  const { metadata } = object
  if (isFields(body['labels'])) metadata.labels = { ...(body['labels'] as Record<string, string>), ...creatorLabel }
  if (isFields(body['annotations'])) {
    const own = Object.entries(metadata.annotations ?? {}).filter(([key]) => marks.has(key))
    const given = Object.entries(body['annotations']).filter(([key]) => !marks.has(key))
    metadata.annotations = Object.fromEntries([...given, ...own]) as Record<string, string>
  }
  writeDescription(object, body)
}

/** What Kubernetes says of the original's object is told of the name that its project knows. */
async function underItsName<T>(name: string, { metadata }: KubeObject, write: Promise<T>): Promise<T> {
  try {
    return await write
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    const { status } = error
    throw new StatusError({ ...status, message: error.message.replaceAll(`"${metadata.name}"`, `"${name}"`) })
  }
}

async function update(call: Call, kind: ProjectSecret, id: string, body: Body): Promise<Resource> {
  const object = await find(call, kind, id)
  const draft = structuredClone(object)
  fill(kind, draft, body)
  const replaced = call.cluster.kube.replace(`${paths.secrets}/${object.metadata.name}`, draft)
  const written = await underItsName(projectSecretName(object), object, replaced)
  const secrets = await call.cluster.watched(paths.secrets)
  secrets.accept(written)
  await copyToNamespaces(call.cluster, call.projectId)
  return present(kind, written)
}

async function remove(call: Call, kind: ProjectSecret, id: string): Promise<undefined> {
  const object = await find(call, kind, id)
  await call.cluster.kube.remove(`${paths.secrets}/${object.metadata.name}`)
  const secrets = await call.cluster.watched(paths.secrets)
  secrets.forget(keyOf(object))
  await copyToNamespaces(call.cluster, call.projectId)
  return undefined
}
