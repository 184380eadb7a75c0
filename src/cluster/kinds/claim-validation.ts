import type { FieldError, KubeObject } from '../resource.ts'
import { forbidden, invalid, invalidEach, notSupported, required } from './field-errors.ts'
import { dnsSubdomain } from './names.ts'
import { at, isRecord, record, same, text, texts, type Json } from './read.ts'
import { positiveAmountErrors, quantityOf } from './resource-validation.ts'
import { validateLabelSelector } from './selector-validation.ts'

/** What is wrong with a PersistentVolumeClaim, and with what a volume has in common with it (Kubernetes 1.21, in its order). */

const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce']
/** Since Kubernetes 1.22. */
const newerAccessModes = ['ReadWriteOncePod']
const volumeModes = ['Block', 'Filesystem']

export function modeErrors(given: readonly string[], field: string): FieldError[] {
  const unknown = given.filter((mode) => ![...accessModes, ...newerAccessModes].includes(mode))
  return unknown.map((mode) => notSupported(field, mode, accessModes))
}

export function volumeModeErrors(mode: unknown, field: string): FieldError[] {
  return typeof mode !== 'string' || volumeModes.includes(mode) ? [] : [notSupported(field, mode, volumeModes)]
}

export function classErrors(name: string, field: string): FieldError[] {
  return name === '' ? [] : invalidEach(field, name, dnsSubdomain(name))
}

export function claimErrors(spec: Json, field: string): FieldError[] {
  const modes = texts(spec['accessModes'])
  const amount = at(spec, 'resources', 'requests', 'storage')
  const size = `${field}.resources[storage]`
  return [
    ...(modes.length === 0 ? [required(`${field}.accessModes`, 'at least 1 access mode is required')] : []),
    ...validateLabelSelector(spec['selector'], `${field}.selector`),
    ...modeErrors(modes, `${field}.accessModes`),
    ...(amount === undefined ? [required(size)] : positiveAmountErrors(amount, size)),
    ...classErrors(text(spec['storageClassName']), `${field}.storageClassName`),
    ...volumeModeErrors(spec['volumeMode'], `${field}.volumeMode`),
    ...dataSourceErrors(spec['dataSource'], `${field}.dataSource`),
  ]
}

function dataSourceErrors(source: unknown, field: string): FieldError[] {
  if (!isRecord(source)) return []
  const referred = text(source['kind'])
  const foreign = text(source['apiGroup']) === '' && referred !== 'PersistentVolumeClaim'
  return [
    ...['name', 'kind'].flatMap((key) => (text(source[key]) === '' ? [required(`${field}.${key}`)] : [])),
    ...(foreign ? [invalid(field, referred, '')] : []),
  ]
}

const betaClass = 'volume.beta.kubernetes.io/storage-class'

/** A claim is given its volume once, and may grow when it is bound; everything else stays. */
export function claimChanges(object: KubeObject, old: KubeObject): FieldError[] {
  const [spec, before] = [record(object.spec), record(old.spec)]
  const [size, oldSize] = [storageOf(spec), storageOf(before)]
  const bound = at(object, 'status', 'phase') === 'Bound'
  const unnamed = text(before['volumeName']) === ''
  const fixed = ({ volumeName, resources, ...rest }: Json): Json => ({
    ...rest,
    volumeName: unnamed ? undefined : volumeName,
    resources: bound ? withoutSize(resources) : resources,
  })
  const detail = 'spec is immutable after creation except resources.requests for bound claims'
  const shrunk = size !== undefined && oldSize !== undefined && size.nanos < oldSize.nanos
  return [
    ...annotationChanges(object, old),
    ...(same(fixed(spec), fixed(before)) ? [] : [forbidden('spec', detail)]),
    ...(shrunk ? [forbidden('spec.resources.requests.storage', 'field can not be less than previous value')] : []),
    ...(spec['volumeMode'] === before['volumeMode']
      ? []
      : [invalid('volumeMode', spec['volumeMode'], 'field is immutable')]),
  ]
}

const storageOf = (spec: Json) => quantityOf(at(spec, 'resources', 'requests', 'storage'))

function withoutSize(resources: unknown): Json {
  const { requests, ...rest } = record(resources)
  const { storage: _storage, ...others } = record(requests)
  return { ...rest, requests: others }
}

function annotationChanges(object: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [object, old].map(({ metadata }) => metadata.annotations?.[betaClass] ?? '')
  return now === before ? [] : [invalid(`metadata.annotations.${betaClass}`, now, 'field is immutable')]
}
