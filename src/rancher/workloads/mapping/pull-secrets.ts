import { parseImageReference } from '../../../model/image-reference.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import type { ClusterView } from '../../kubernetes/cluster-view.ts'
import { originalsOf, projectSecretAnnotation, projectSecretName } from '../../project-types/project-secret.ts'
import { paths } from '../../kubernetes/state.ts'
import { type Fields, fieldsOf, isFields, listOf, textOf } from './rows.ts'

/** A registry credential in a namespace: the Secret's name and its registries. */
export interface RegistryCredential {
  name: string
  hosts: ReadonlySet<string>
  /** Belongs to the project and is copied into the namespace. */
  ofProject: boolean
}

export const dockerSecretType = 'kubernetes.io/dockerconfigjson'

/** The namespace's own credentials, then the project's, each by name. A project's counts even before it is copied. */
export async function registryCredentials(cluster: ClusterView, namespace: string): Promise<RegistryCredential[]> {
  const query = { fieldSelector: `type=${dockerSecretType}` }
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets`
  const { items } = await cluster.kube.list(path, { query })
  const there = items
    .filter(({ type }) => type === undefined || type === dockerSecretType)
    .map((one) =>
      readCredential(one, one.metadata.name, one.metadata.annotations?.[projectSecretAnnotation] === 'true'),
    )
  const names = new Set(there.map(({ name }) => name))
  const coming = originalsOf(await cluster.watched(paths.secrets), cluster.projectOf(namespace))
    .filter((one) => one['type'] === dockerSecretType && !names.has(projectSecretName(one)))
    .map((one) => readCredential(one, projectSecretName(one), true))
  return [...there, ...coming].sort((a, b) => Number(a.ofProject) - Number(b.ofProject) || (a.name < b.name ? -1 : 1))
}

function readCredential({ data }: KubeObject, name = '', ofProject: boolean): RegistryCredential {
  return { name, hosts: new Set(Object.keys(readRegistries(fieldsOf(data)['.dockerconfigjson']))), ofProject }
}

/** `auths` of a base64 Docker configuration; empty if it cannot be parsed. */
export function readRegistries(base64: unknown): Record<string, Fields> {
  try {
    const config: unknown = JSON.parse(Buffer.from(textOf(base64), 'base64').toString('utf8'))
    const auths = isFields(config) ? fieldsOf(config['auths']) : {}
    return Object.fromEntries(Object.entries(auths).map(([host, entry]) => [host, fieldsOf(entry)]))
  } catch {
    return {}
  }
}

/** One entry per container and matching credential, in the order of the containers. */
export function matchingSecrets(images: readonly string[], credentials: readonly RegistryCredential[]): string[] {
  return images.flatMap((image) => {
    const host = registryHost(image)
    return host === undefined ? [] : credentials.filter(({ hosts }) => hosts.has(host)).map(({ name }) => name)
  })
}

/** Credentials name Docker Hub by its index. */
function registryHost(image: string): string | undefined {
  try {
    const { domain } = parseImageReference(image)
    return domain === undefined || domain === 'docker.io' ? 'index.docker.io' : domain
  } catch {
    return undefined
  }
}

export interface PullSecretChange {
  /** As named by the caller's document, else by the current object. */
  named: readonly string[]
  imagesBefore: readonly string[]
  imagesAfter: readonly string[]
  credentials: readonly RegistryCredential[]
}

/**
 * The pull secrets after a change of images: credentials that match the new images, as Rancher computes them, plus
 * every secret set explicitly, which Rancher would drop.
 */
export function pullSecretsFor({ named, imagesBefore, imagesAfter, credentials }: PullSecretChange): Fields[] {
  const computed = matchingSecrets(imagesAfter, credentials)
  const managed = new Set([...matchingSecrets(imagesBefore, credentials), ...computed])
  const kept = named.filter((name) => !managed.has(name))
  return [...kept, ...computed].map((name) => ({ name }))
}

export function secretNames(list: unknown): string[] {
  return listOf(list)
    .map(({ name }) => textOf(name))
    .filter((name) => name !== '')
}
