import type { FieldError, KubeObject } from '../resource.ts'
import { ageColumn, column, nameColumn } from './columns.ts'
import { forbidden, invalid, invalidEach, required, tooLong } from './field-errors.ts'
import { kind } from './kind.ts'
import { configMapKey } from './names.ts'
import { isRecord, list, record, same, text, textMap } from './read.ts'

/** Kinds that hold data for others: ConfigMap, Secret, ServiceAccount. */

const largestData = 1024 * 1024

export const configMap = kind({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  shortNames: ['cm'],
  changesFirst: true,
  validate: configMapErrors,
  validateUpdate: (object, old) => immutableErrors(object, old, ['data', 'binaryData']),
  columns: [
    nameColumn,
    column('ConfigMap', 'Data', (object) => keyCount(object['data']) + keyCount(object['binaryData'])),
    ageColumn,
  ],
})

const keyCount = (value: unknown): number => Object.keys(record(value)).length

function configMapErrors(object: KubeObject): FieldError[] {
  const [data, binary] = [textMap(object['data']), textMap(object['binaryData'])]
  const errors: FieldError[] = []
  for (const key of Object.keys(data)) {
    errors.push(...invalidEach(`data[${key}]`, key, configMapKey(key)))
    if (key in binary) errors.push(invalid(`data[${key}]`, key, 'duplicate of key present in binaryData'))
  }
  for (const key of Object.keys(binary)) errors.push(...invalidEach(`binaryData[${key}]`, key, configMapKey(key)))
  const size = textSize(data) + binarySize(binary)
  return size > largestData ? [...errors, tooLong('[]', largestData)] : errors
}

function textSize(data: Record<string, string>): number {
  return Object.values(data).reduce((sum, value) => sum + Buffer.byteLength(value), 0)
}

function binarySize(data: Record<string, string>): number {
  return Object.values(data).reduce((sum, value) => sum + Buffer.byteLength(value, 'base64'), 0)
}

/** An object that says `immutable` keeps its data and that word. */
function immutableErrors(object: KubeObject, old: KubeObject, fields: readonly string[]): FieldError[] {
  if (old['immutable'] !== true) return []
  const detail = 'field is immutable when `immutable` is set'
  const errors = object['immutable'] === true ? [] : [forbidden('immutable', detail)]
  for (const field of fields) if (!same(object[field], old[field])) errors.push(forbidden(field, detail))
  return errors
}

export const secret = kind({
  apiVersion: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  changesFirst: true,
  setDefaults(object) {
    if (text(object['type']) === '') object['type'] = 'Opaque'
    encodeStringData(object)
  },
  validate: secretErrors,
  validateUpdate: (object, old) => [
    ...(object['type'] === old['type'] ? [] : [invalid('type', object['type'], 'field is immutable')]),
    ...immutableErrors(object, old, ['data']),
  ],
  selectableFields: { type: (object) => text(object['type']) },
  columns: [
    nameColumn,
    column('Secret', 'Type', (object) => text(object['type'])),
    column('Secret', 'Data', (object) => keyCount(object['data'])),
    ageColumn,
  ],
})

/** `stringData` is for writing only: it goes over `data`. */
function encodeStringData(object: KubeObject): void {
  const given = object['stringData']
  if (!isRecord(given)) return
  const encoded = Object.entries(textMap(given)).map(([key, value]) => [key, Buffer.from(value).toString('base64')])
  object['data'] = { ...record(object['data']), ...(Object.fromEntries(encoded) as object) }
  delete object['stringData']
}

const neededKeys: ReadonlyMap<string, readonly string[]> = new Map([
  ['kubernetes.io/dockercfg', ['.dockercfg']],
  ['kubernetes.io/dockerconfigjson', ['.dockerconfigjson']],
  ['kubernetes.io/ssh-auth', ['ssh-privatekey']],
  ['kubernetes.io/tls', ['tls.crt', 'tls.key']],
])

function secretErrors(object: KubeObject): FieldError[] {
  const data = textMap(object['data'])
  const type = text(object['type'])
  const errors = Object.keys(data).flatMap((key) => invalidEach(`data[${key}]`, key, configMapKey(key)))
  if (binarySize(data) > largestData) errors.push(tooLong('data', largestData))
  for (const key of neededKeys.get(type) ?? []) if (!(key in data)) errors.push(required(`data[${key}]`))
  return [...errors, ...typedSecretErrors(object, data, type)]
}

const accountAnnotation = 'kubernetes.io/service-account.name'

function typedSecretErrors(object: KubeObject, data: Record<string, string>, type: string): FieldError[] {
  switch (type) {
    case 'kubernetes.io/service-account-token':
      if (text(textMap(object.metadata.annotations)[accountAnnotation]) !== '') return []
      return [required(`metadata.annotations[${accountAnnotation}]`)]
    case 'kubernetes.io/basic-auth':
      if ('username' in data || 'password' in data) return []
      return [required('data[username]'), required('data[password]')]
    case 'kubernetes.io/dockercfg':
    case 'kubernetes.io/dockerconfigjson':
      return (neededKeys.get(type) ?? []).flatMap((key) => jsonErrors(data[key], key))
    default:
      return []
  }
}

function jsonErrors(encoded: string | undefined, key: string): FieldError[] {
  if (encoded === undefined) return []
  const content = Buffer.from(encoded, 'base64').toString()
  try {
    JSON.parse(content)
    return []
  } catch {
    const detail =
      content === ''
        ? 'unexpected end of JSON input'
        : `invalid character ${quoted(content)} looking for beginning of value`
    return [invalid(`data[${key}]`, '<secret contents redacted>', detail)]
  }
}

function quoted(content: string): string {
  return `'${content.trimStart().charAt(0)}'`
}

export const serviceAccount = kind({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  shortNames: ['sa'],
  columns: [nameColumn, column('ServiceAccount', 'Secrets', (object) => list(object['secrets']).length), ageColumn],
})
