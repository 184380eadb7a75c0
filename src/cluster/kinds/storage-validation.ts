import type { FieldError, KubeObject } from '../resource.ts'
import { classErrors, modeErrors, volumeModeErrors } from './claim-validation.ts'
import { forbidden, invalid, invalidEach, notSupported, required, tooLong } from './field-errors.ts'
import { GoText } from './go-print.ts'
import { qualifiedName } from './names.ts'
import { at, isRecord, record, same, text, texts, type Json } from './read.ts'
import { amountErrors, positiveAmountErrors } from './resource-validation.ts'
import { nodeSelectorErrors } from './scheduling-validation.ts'
import { volumeSourceErrors } from './volume-validation.ts'

/** What is wrong with a PersistentVolume and a StorageClass (Kubernetes 1.21, in its order). */

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
    ...placeErrors(spec, 'spec.nodeAffinity'),
    ...volumeSourceErrors(sourceOf(spec), 'spec'),
    ...(isRecord(spec['local']) && !isRecord(spec['nodeAffinity'])
      ? [required('spec.nodeAffinity', 'Local volume requires node affinity')]
      : []),
    ...(isRecord(spec['hostPath']) && root && policy === 'Recycle'
      ? [forbidden('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'")]
      : []),
    ...classErrors(text(spec['storageClassName']), 'spec.storageClassName'),
    ...volumeModeErrors(spec['volumeMode'], 'spec.volumeMode'),
  ]
}

/** The nodes from which a volume can be reached. */
function placeErrors({ nodeAffinity }: Json, field: string): FieldError[] {
  if (!isRecord(nodeAffinity)) return []
  const must = nodeAffinity['required']
  return isRecord(must)
    ? nodeSelectorErrors(must, `${field}.required`)
    : [required(`${field}.required`, 'must specify required node constraints')]
}

function capacityErrors(capacity: Json): FieldError[] {
  const field = 'spec.capacity'
  const names = Object.keys(capacity)
  const printed = new GoText(names.length === 0 ? 'core.ResourceList(nil)' : 'core.ResourceList{…}')
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
