import type { FieldError } from '../resource.ts'
import { invalid, invalidEach, notSupported, required } from './field-errors.ts'
import { configMapKey, dnsSubdomain, envName } from './names.ts'
import { isRecord, records, text, type Json } from './read.ts'

const envPaths = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.podIP',
  'status.podIPs',
]
const volumePaths = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid']
const knownPaths = new Set([
  ...envPaths,
  ...volumePaths,
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
  'status.nominatedNodeName',
])

export function validateEnv(value: unknown, field: string): FieldError[] {
  return records(value).flatMap((variable, index) => {
    const path = `${field}[${index}]`
    const name = text(variable['name'])
    const errors = name === '' ? [required(`${path}.name`)] : invalidEach(`${path}.name`, name, envName(name))
    return [...errors, ...sourceErrors(variable, `${path}.valueFrom`)]
  })
}

const sources = {
  fieldRef: (ref: Json, field: string) => fieldRefErrors(ref, field, envPaths),
  resourceFieldRef: resourceRefErrors,
  configMapKeyRef: keyRefErrors,
  secretKeyRef: keyRefErrors,
  fileKeyRef: (ref: Json, field: string) =>
    ['volumeName', 'path', 'key'].flatMap((name) => (text(ref[name]) === '' ? [required(`${field}.${name}`)] : [])),
} as const

function sourceErrors(variable: Json, field: string): FieldError[] {
  const source = variable['valueFrom']
  if (!isRecord(source)) return []
  const given = Object.entries(sources).flatMap(([name, validate]) => {
    const ref = source[name]
    return isRecord(ref) ? [validate(ref, `${field}.${name}`)] : []
  })
  const errors = given.flat()
  if (given.length === 0) {
    const detail = 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`'
    errors.push(invalid(field, '', detail))
  } else if (text(variable['value']) !== '') {
    errors.push(invalid(field, '', 'may not be specified when `value` is not empty'))
  } else if (given.length > 1) {
    errors.push(invalid(field, '', 'may not have more than one field specified at a time'))
  }
  return errors
}

function fieldRefErrors(ref: Json, field: string, allowed: readonly string[]): FieldError[] {
  const path = text(ref['fieldPath'])
  if (text(ref['apiVersion']) === '') return [required(`${field}.apiVersion`)]
  if (path === '') return [required(`${field}.fieldPath`)]
  if (/^metadata\.(labels|annotations)\['.+'\]$/.test(path)) return []
  if (!knownPaths.has(path)) {
    return [invalid(`${field}.fieldPath`, path, `error converting fieldPath: field label not supported: ${path}`)]
  }
  return allowed.includes(path) ? [] : [notSupported(`${field}.fieldPath`, path, allowed)]
}

/** Items of a downward API volume. */
export function validateDownwardItems(value: unknown, field: string): FieldError[] {
  return records(value).flatMap((item, index) => {
    const path = `${field}[${index}]`
    const errors = text(item['path']) === '' ? [required(`${path}.path`)] : []
    const { fieldRef, resourceFieldRef } = item
    if (isRecord(fieldRef)) errors.push(...fieldRefErrors(fieldRef, `${path}.fieldRef`, volumePaths))
    else if (isRecord(resourceFieldRef)) errors.push(...resourceRefErrors(resourceFieldRef, `${path}.resourceFieldRef`))
    else errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'))
    return errors
  })
}

const containerResources = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
]

function resourceRefErrors(ref: Json, field: string): FieldError[] {
  const resource = text(ref['resource'])
  if (resource === '') return [required(`${field}.resource`)]
  if (containerResources.includes(resource) || /^(limits|requests)\.hugepages-/.test(resource)) return []
  return [notSupported(`${field}.resource`, resource, containerResources)]
}

function keyRefErrors(ref: Json, field: string): FieldError[] {
  const [name, key] = [text(ref['name']), text(ref['key'])]
  const errors = invalidEach(`${field}.name`, name, dnsSubdomain(name))
  if (key === '') return [...errors, required(`${field}.key`)]
  return [...errors, ...invalidEach(`${field}.key`, key, configMapKey(key))]
}

export function validateEnvFrom(value: unknown, field: string): FieldError[] {
  return records(value).flatMap((source, index) => {
    const path = `${field}[${index}]`
    const prefix = text(source['prefix'])
    const errors = prefix === '' ? [] : invalidEach(`${path}.prefix`, prefix, envName(prefix))
    const refs = ['configMapRef', 'secretRef'].filter((name) => isRecord(source[name]))
    for (const ref of refs) errors.push(...nameRefErrors(source[ref] as Json, `${path}.${ref}`))
    if (refs.length === 0) errors.push(invalid(field, '', 'must specify one of: `configMapRef` or `secretRef`'))
    if (refs.length > 1) errors.push(invalid(field, '', 'may not have more than one field specified at a time'))
    return errors
  })
}

function nameRefErrors(ref: Json, field: string): FieldError[] {
  const name = text(ref['name'])
  return name === '' ? [required(`${field}.name`)] : invalidEach(`${field}.name`, name, dnsSubdomain(name))
}
