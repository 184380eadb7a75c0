import type { KubeObject } from '../../model/kube-object.ts'
import type { V3Type } from '../v3-type.ts'
import { dockerSecretType, readRegistries } from '../workloads/pull-secrets.ts'
import { type Fields, fieldsOf, isFields, row, textOf } from '../workloads/rows.ts'
import { namespacedType } from './namespaced-type.ts'

/** Secrets are served by what they hold; service account tokens by no type of ours. */
function isGeneric({ type }: KubeObject): boolean {
  return type === undefined || type === '' || type === 'Opaque'
}

export const namespacedSecretType: V3Type = namespacedType({
  id: 'namespacedSecret',
  plural: 'secrets',
  kind: 'Secret',
  accepts: isGeneric,
  rows: [row('data'), row('stringData')],
  read: (object) => ({ kind: object['type'] ?? 'Opaque', ...readDescription(object) }),
  write: (object) => {
    object['type'] ??= 'Opaque'
  },
})

function readDescription({ metadata }: KubeObject): Fields {
  const text = metadata.annotations?.['field.cattle.io/description']
  return text === undefined ? {} : { description: text }
}

/** Registry credentials of one namespace. The password never leaves again, but in the answer to its own creation. */
export const namespacedDockerCredentialType: V3Type = namespacedType({
  id: 'namespacedDockerCredential',
  baseType: 'namespacedSecret',
  plural: 'secrets',
  kind: 'Secret',
  accepts: ({ type }) => type === dockerSecretType,
  rows: [],
  read: (object) => ({
    registries: readRegistries(fieldsOf(object['data'])['.dockerconfigjson']),
    ...readDescription(object),
  }),
  write: writeRegistries,
})

/** `auth` follows from name and password; a registry sent without a password keeps the one it has. */
export function writeRegistries(object: KubeObject, body: Fields): void {
  object['type'] = dockerSecretType
  const registries = body['registries']
  if (!isFields(registries)) return
  const today = readRegistries(fieldsOf(object['data'])['.dockerconfigjson'])
  const auths = Object.fromEntries(
    Object.entries(registries).map(([host, given]) => [host, writeRegistry(fieldsOf(given), today[host] ?? {})]),
  )
  const text = JSON.stringify({ auths })
  object['data'] = { ...fieldsOf(object['data']), '.dockerconfigjson': Buffer.from(text).toString('base64') }
}

function writeRegistry(given: Fields, today: Fields): Fields {
  const username = textOf(given['username'] ?? today['username'])
  const password = textOf(given['password'] ?? today['password'])
  const auth = Buffer.from(`${username}:${password}`).toString('base64')
  const { email } = given
  return { auth, ...(email ? { email } : {}), password, username }
}
