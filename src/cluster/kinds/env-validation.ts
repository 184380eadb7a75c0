import type { FieldError } from '../resource.ts'
import { printQuantity } from '../schema/quantity.ts'
import { invalid, invalidEach, notSupported, required } from './field-errors.ts'
import { configMapKey, dnsSubdomain, envName, qualifiedName } from './names.ts'
import { fileModeErrors, unreservedErrors } from './path-validation.ts'
import { isRecord, records, text, type Json } from './read.ts'
import { quantityOf } from './resource-validation.ts'

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
  const subscript = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path)
  if (subscript) {
    const [, of, key = ''] = subscript
    return invalidEach(field, key, qualifiedName(of === 'annotations' ? key.toLowerCase() : key))
  }
  if (!knownPaths.has(path)) {
    return [invalid(`${field}.fieldPath`, path, `error converting fieldPath: field label not supported: ${path}`)]
  }
  return allowed.includes(path) ? [] : [notSupported(`${field}.fieldPath`, path, allowed)]
}

/** Items of a downward API volume. Kubernetes names the volume, and not the item, where one is wrong. */
export function validateDownwardItems(value: unknown, field: string): FieldError[] {
  return records(value).flatMap((item) => {
    const path = text(item['path'])
    return [
      ...(path === '' ? [required(`${field}.path`)] : []),
      ...unreservedErrors(path, `${field}.path`),
      ...downwardErrors(item, field),
      ...fileModeErrors(item['mode'], `${field}.mode`),
    ]
  })
}

function downwardErrors({ fieldRef, resourceFieldRef }: Json, field: string): FieldError[] {
  if (isRecord(fieldRef)) {
    const detail = 'fieldRef and resourceFieldRef can not be specified simultaneously'
    const both = isRecord(resourceFieldRef) ? [invalid(field, 'resource', detail)] : []
    return [...fieldRefErrors(fieldRef, `${field}.fieldRef`, volumePaths), ...both]
  }
  if (!isRecord(resourceFieldRef)) return [required(field, 'one of fieldRef and resourceFieldRef is required')]
  const path = `${field}.resourceFieldRef`
  if (text(resourceFieldRef['containerName']) !== '') return resourceRefErrors(resourceFieldRef, path)
  return [required(`${path}.containerName`), ...divisorErrors(resourceFieldRef, path)]
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
  return [...resourceErrors(text(ref['resource']), `${field}.resource`), ...divisorErrors(ref, field)]
}

function resourceErrors(resource: string, field: string): FieldError[] {
  if (resource === '') return [required(field)]
  if (containerResources.includes(resource) || /^(limits|requests)\.hugepages-/.test(resource)) return []
  return [notSupported(field, resource, containerResources)]
}

const sizes = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei']
const sizesText = `only divisor's values ${sizes.join(', ')} are supported with the`

/** What a resource can be divided by, and what is said where it is not. */
const divisors: readonly { of: RegExp; by: readonly string[]; says: string }[] = [
  {
    of: /\.cpu$/,
    by: ['1m', '1'],
    says: "only divisor's values 1m and 1 are supported with the cpu resource",
  },
  { of: /\.memory$/, by: sizes, says: `${sizesText} memory resource` },
  { of: /\.ephemeral-storage$/, by: sizes, says: `${sizesText} local ephemeral storage resource` },
  { of: /\.hugepages-/, by: sizes, says: `${sizesText} hugepages resource` },
]

function divisorErrors({ resource, divisor }: Json, field: string): FieldError[] {
  const quantity = quantityOf(divisor)
  const rule = divisors.find(({ of }) => of.test(text(resource)))
  if (!rule || !quantity || quantity.nanos === 0n || rule.by.includes(printQuantity(quantity))) return []
  return [invalid(`${field}.divisor`, text(resource), rule.says)]
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
  return name === '' ? [required(`${field}.name`)] : invalidEach(`${field}.name`, name, dnsSubdomain(name, true))
}
