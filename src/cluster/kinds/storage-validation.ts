import type { FieldError, KubeObject } from '../resource.ts'
import { forbidden, invalid, invalidEach, notSupported, required, tooLong } from './field-errors.ts'
import { GoText } from './go-print.ts'
import { dnsSubdomain, qualifiedName } from './names.ts'
import { at, isRecord, record, same, text, texts, type Json } from './read.ts'
import { amountErrors, positiveAmountErrors, quantityOf } from './resource-validation.ts'
import { validateLabelSelector } from './selector-validation.ts'
import { volumeSourceErrors } from './volume-validation.ts'

/** What is wrong with a PersistentVolumeClaim, a PersistentVolume and a StorageClass (Kubernetes 1.21, in its order). */

const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce']
/** Since Kubernetes 1.22. */
const newerAccessModes = ['ReadWriteOncePod']
const volumeModes = ['Block', 'Filesystem']

function modeErrors(given: readonly string[], field: string): FieldError[] {
  const unknown = given.filter((mode) => ![...accessModes, ...newerAccessModes].includes(mode))
  return unknown.map((mode) => notSupported(field, mode, accessModes))
}

function volumeModeErrors(mode: unknown, field: string): FieldError[] {
  return typeof mode !== 'string' || volumeModes.includes(mode) ? [] : [notSupported(field, mode, volumeModes)]
}

function classErrors(name: string, field: string): FieldError[] {
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

const reclaimPolicies = ['Delete', 'Recycle', 'Retain']

export function volumeErrors(spec: Json): FieldError[] {
  const modes = texts(spec['accessModes'])
  const policy = text(spec['persistentVolumeReclaimPolicy'])
  const root = text(at(spec, 'hostPath', 'path')).replace(/\/+$/, '') === ''
  return [
    ...(modes.length === 0 ? [required('spec.accessModes')] : []),
    ...modeErrors(modes, 'spec.accessModes'),
    ...capacityErrors(record(spec['capacity'])),
    ...(policy === '' || reclaimPolicies.includes(policy)
      ? []
      : [notSupported('spec.persistentVolumeReclaimPolicy', policy, reclaimPolicies)]),
    ...volumeSourceErrors(sourceOf(spec), 'spec'),
    ...(isRecord(spec['hostPath']) && root && policy === 'Recycle'
      ? [forbidden('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'")]
      : []),
    ...classErrors(text(spec['storageClassName']), 'spec.storageClassName'),
    ...volumeModeErrors(spec['volumeMode'], 'spec.volumeMode'),
  ]
}

function capacityErrors(capacity: Json): FieldError[] {
  const field = 'spec.capacity'
  const names = Object.keys(capacity)
  const printed = new GoText('core.ResourceList(nil)')
  return [
    ...(names.length === 0 ? [required(field)] : []),
    ...(names.length === 1 && names[0] === 'storage' ? [] : [notSupported(field, printed, ['storage'])]),
    ...names.flatMap((name) => [
      ...amountErrors(name, capacity[name], `${field}[${name}]`),
      ...positiveAmountErrors(capacity[name], `${field}[${name}]`),
    ]),
  ]
}

const ownFields = new Set(['capacity', 'claimRef', 'nodeAffinity'])

/** What a volume's spec has of a kind of storage. */
function sourceOf(spec: Json): Json {
  return Object.fromEntries(Object.entries(spec).filter(([name, value]) => isRecord(value) && !ownFields.has(name)))
}

export function volumeChanges(object: KubeObject, old: KubeObject): FieldError[] {
  const [spec, before] = [record(object.spec), record(old.spec)]
  const field = 'spec.persistentvolumesource'
  const affinity = before['nodeAffinity']
  return [
    ...(same(sourceOf(spec), sourceOf(before)) ? [] : [forbidden(field, `${field} is immutable after creation`)]),
    ...(spec['volumeMode'] === before['volumeMode']
      ? []
      : [invalid('volumeMode', spec['volumeMode'], 'field is immutable')]),
    ...(affinity === undefined || same(spec['nodeAffinity'], affinity)
      ? []
      : [invalid('nodeAffinity', new GoText('core.VolumeNodeAffinity{…}'), 'field is immutable')]),
  ]
}

const classPolicies = ['Delete', 'Retain']
const bindingModes = ['Immediate', 'WaitForFirstConsumer']
const mostParameters = 512

export function storageClassErrors(object: KubeObject): FieldError[] {
  const provisioner = text(object['provisioner'])
  const [policy, mode] = [text(object['reclaimPolicy']), text(object['volumeBindingMode'])]
  return [
    ...(provisioner === ''
      ? [required('provisioner')]
      : invalidEach('provisioner', provisioner, qualifiedName(provisioner.toLowerCase()))),
    ...parameterErrors(record(object['parameters'])),
    ...(policy === '' || classPolicies.includes(policy) ? [] : [notSupported('reclaimPolicy', policy, classPolicies)]),
    ...(bindingModes.includes(mode) ? [] : [notSupported('volumeBindingMode', mode, bindingModes)]),
  ]
}

function parameterErrors(parameters: Json): FieldError[] {
  const names = Object.keys(parameters)
  if (names.length > mostParameters) return [tooLong('parameters', mostParameters)]
  return names.includes('') ? [invalid('parameters', '', 'field can not be empty.')] : []
}

export function storageClassChanges(object: KubeObject, old: KubeObject): FieldError[] {
  const mode = object['volumeBindingMode']
  return [
    ...['parameters', 'provisioner', 'reclaimPolicy'].flatMap((name) =>
      same(object[name], old[name]) ? [] : [forbidden(name, `updates to ${name} are forbidden.`)],
    ),
    ...(mode === old['volumeBindingMode'] ? [] : [invalid('volumeBindingMode', mode, 'field is immutable')]),
  ]
}
