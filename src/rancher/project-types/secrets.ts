import type { KubeObject } from '../../model/kube-object.ts'
import { systemNamespace } from '../kubernetes/state.ts'
import type { V3Type } from '../schema/v3-type.ts'
import { dockerSecretType, readRegistries } from '../workloads/mapping/pull-secrets.ts'
import { type Fields, type Row, fieldsOf, isFields, row, textOf } from '../workloads/mapping/rows.ts'
import { describeCertificate, requirePair } from './certificate-info.ts'
import { type NamespacedType, namespacedType } from './namespaced-type.ts'
import { projectSecretAnnotation } from './project-secret.ts'

/** How v3 maps one type of Kubernetes Secret. */
interface SecretRow {
  id: string
  /** Kubernetes' type. */
  type: string
  read(object: KubeObject): Fields
  write(object: KubeObject, body: Fields): void
}

const secretRows: readonly SecretRow[] = [
  {
    id: 'namespacedDockerCredential',
    type: dockerSecretType,
    read: ({ data }) => ({ registries: readRegistries(fieldsOf(data)['.dockerconfigjson']) }),
    write: writeRegistries,
  },
  {
    id: 'namespacedCertificate',
    type: 'kubernetes.io/tls',
    read: readTlsSecret,
    write: writeTlsSecret,
  },
  {
    id: 'namespacedBasicAuth',
    type: 'kubernetes.io/basic-auth',
    read: (object) => ({ username: textIn(object, 'username') }),
    write: (object, { username, password }) => writeTexts(object, 'kubernetes.io/basic-auth', { username, password }),
  },
  {
    id: 'namespacedSshAuth',
    type: 'kubernetes.io/ssh-auth',
    read: () => ({}),
    write: (object, { privateKey }) => writeTexts(object, 'kubernetes.io/ssh-auth', { 'ssh-privatekey': privateKey }),
  },
  {
    id: 'namespacedServiceAccountToken',
    type: 'kubernetes.io/service-account-token',
    read: (object) => ({
      accountName: object.metadata.annotations?.['kubernetes.io/service-account.name'],
      accountUid: object.metadata.annotations?.['kubernetes.io/service-account.uid'],
      caCrt: textIn(object, 'ca.crt'),
    }),
    write: (object, { accountName }) => {
      object['type'] = 'kubernetes.io/service-account-token'
      if (typeof accountName !== 'string') return
      object.metadata.annotations = {
        ...object.metadata.annotations,
        'kubernetes.io/service-account.name': accountName,
      }
    },
  },
]

/**
 * As in Rancher, a secret's type follows from its content, and the list of each such type contains all secrets. The
 * server's own are excluded.
 */
function secretType({ id, read, write }: Omit<SecretRow, 'type'>, rows: readonly Row[] = []): NamespacedType {
  return {
    id,
    baseType: 'namespacedSecret',
    plural: 'secrets',
    kind: 'Secret',
    // a copy of a project secret is shown as such
    accepts: ({ metadata: { namespace, annotations } }) =>
      namespace !== systemNamespace && annotations?.[projectSecretAnnotation] !== 'true',
    shownAs: (object) => byType.get(textOf(object['type'])) ?? generic,
    rows,
    read: (object) => ({ ...read(object), ...readDescription(object) }),
    write: (object, body) => {
      write(object, body)
      writeDescription(object, body)
    },
  }
}

const generic: NamespacedType = secretType(
  {
    id: 'namespacedSecret',
    read: (object) => ({ kind: object['type'] ?? 'Opaque' }),
    write: (object) => {
      object['type'] ??= 'Opaque'
    },
  },
  [row('data'), row('stringData')],
)

const byType = new Map(secretRows.map((one) => [one.type, secretType(one)]))

/** Secrets of one namespace. Passwords and private keys are write-only. */
export const namespacedSecretTypes: readonly V3Type[] = [generic, ...byType.values()].map(namespacedType)

export const descriptionAnnotation = 'field.cattle.io/description'

export function readDescription({ metadata }: KubeObject): Fields {
  const text = metadata.annotations?.[descriptionAnnotation]
  return text === undefined ? {} : { description: text }
}

export function writeDescription({ metadata }: KubeObject, { description }: Fields): void {
  if (typeof description !== 'string') return
  metadata.annotations = { ...metadata.annotations, [descriptionAnnotation]: description }
}

function textIn({ data }: KubeObject, key: string): string | undefined {
  const value = fieldsOf(data)[key]
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString() : undefined
}

function writeTexts(object: KubeObject, type: string, texts: Fields): void {
  object['type'] = type
  const given = Object.entries(texts).filter(([, text]) => typeof text === 'string')
  const data = given.map(([key, text]) => [key, Buffer.from(String(text)).toString('base64')])
  object['data'] = { ...fieldsOf(object['data']), ...Object.fromEntries(data) }
}

export function readTlsSecret(object: KubeObject): Fields {
  const certs = textIn(object, 'tls.crt')
  return certs === undefined ? {} : { certs, ...describeCertificate(certs, textIn(object, 'tls.key')) }
}

export function writeTlsSecret(object: KubeObject, { certs, key }: Fields): void {
  if (textOf(certs) !== '' && textOf(key) !== '') requirePair(textOf(certs), textOf(key))
  writeTexts(object, 'kubernetes.io/tls', { 'tls.crt': certs, 'tls.key': key })
}

/** `auth` follows from name and password, where there are any; a registry sent without a password keeps the one it has. */
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
  const { email, auth: whole } = given
  const named = username !== '' || password !== ''
  const auth = named ? Buffer.from(`${username}:${password}`).toString('base64') : textOf(whole ?? today['auth'])
  return { ...(auth !== '' && { auth }), ...(email ? { email } : {}), ...(named && { password, username }) }
}
