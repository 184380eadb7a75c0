import type { FieldError, KubeObject } from '../resource.ts'
import { forbidden, invalid, required, tooLong } from './field-errors.ts'
import { GoText, goStrings } from './go-print.ts'
import { dnsLabel, labelValue, qualifiedName, type NameCheck } from './names.ts'
import { list, record, records, same, text, texts, textMap } from './read.ts'

const annotationsLimit = 256 * 1024
const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion'])

export interface MetadataRules {
  namespaced: boolean
  name: NameCheck
  /** PUTs without metadata.resourceVersion are refused. */
  versionRequired?: boolean | undefined
  /** Custom resources may have finalizers without a domain. */
  anyFinalizer?: boolean
}

/** Everything wrong with an object's metadata on create (apimachinery's ValidateObjectMeta). */
export function validateMetadata(object: KubeObject, rules: MetadataRules): FieldError[] {
  const metadata = record(object.metadata)
  const errors = [...nameErrors(text(metadata['name']), text(metadata['generateName']), rules)]
  const namespace = text(metadata['namespace'])
  if (rules.namespaced) {
    if (namespace === '') errors.push(required('metadata.namespace'))
    else errors.push(...dnsLabel(namespace).map((detail) => invalid('metadata.namespace', namespace, detail)))
  } else if (namespace !== '') {
    errors.push(forbidden('metadata.namespace', 'not allowed on this type'))
  }
  errors.push(...validateLabels(metadata['labels'], 'metadata.labels'))
  errors.push(...validateAnnotations(metadata['annotations'], 'metadata.annotations'))
  errors.push(...ownerErrors(metadata['ownerReferences']), ...finalizerErrors(texts(metadata['finalizers']), rules))
  return errors
}

/** Everything wrong with the way an update changes metadata (ValidateObjectMetaUpdate). */
export function validateMetadataUpdate(object: KubeObject, old: KubeObject, rules: MetadataRules): FieldError[] {
  const metadata = record(object.metadata)
  const before = record(old.metadata)
  const errors = deletingErrors(metadata, before)
  if (rules.versionRequired === true && text(metadata['resourceVersion']) === '') {
    errors.push(invalid('metadata.resourceVersion', '', 'must be specified for an update'))
  }
  for (const field of ['name', 'namespace', 'uid', 'deletionTimestamp', 'deletionGracePeriodSeconds']) {
    if (!same(metadata[field], before[field])) {
      errors.push(invalid(`metadata.${field}`, shownValue(field, metadata[field]), 'field is immutable'))
    }
  }
  errors.push(...validateLabels(metadata['labels'], 'metadata.labels'))
  errors.push(...validateAnnotations(metadata['annotations'], 'metadata.annotations'))
  errors.push(...ownerErrors(metadata['ownerReferences']))
  return errors
}

/** Times are printed as Go's are: `2001-01-01 00:00:00 +0000 UTC`. */
function shownValue(field: string, value: unknown): unknown {
  if (field !== 'deletionTimestamp' || typeof value !== 'string') return value
  return new GoText(`${value.slice(0, 10)} ${value.slice(11, 19)} +0000 UTC`)
}

function deletingErrors(metadata: Record<string, unknown>, before: Record<string, unknown>): FieldError[] {
  if (before['deletionTimestamp'] === undefined) return []
  const known = new Set(texts(before['finalizers']))
  const added = texts(metadata['finalizers']).filter((finalizer) => !known.has(finalizer))
  if (added.length === 0) return []
  const detail = `no new finalizers can be added if the object is being deleted, found new finalizers ${goStrings(added.sort())}`
  return [forbidden('metadata.finalizers', detail)]
}

function nameErrors(name: string, generateName: string, rules: MetadataRules): FieldError[] {
  const errors: FieldError[] = []
  if (generateName !== '') {
    errors.push(
      ...rules.name(generateName, true).map((detail) => invalid('metadata.generateName', generateName, detail)),
    )
  }
  if (name === '') errors.push(required('metadata.name', 'name or generateName is required'))
  else errors.push(...rules.name(name).map((detail) => invalid('metadata.name', name, detail)))
  return errors
}

export function validateLabels(value: unknown, field: string): FieldError[] {
  return Object.entries(textMap(value)).flatMap(([key, label]) => [
    ...qualifiedName(key).map((detail) => invalid(field, key, detail)),
    ...labelValue(label).map((detail) => invalid(field, label, detail)),
  ])
}

export function validateAnnotations(value: unknown, field: string): FieldError[] {
  const entries = Object.entries(textMap(value))
  const errors = entries.flatMap(([key]) =>
    qualifiedName(key.toLowerCase()).map((detail) => invalid(field, key, detail)),
  )
  const size = entries.reduce((sum, [key, one]) => sum + Buffer.byteLength(key) + Buffer.byteLength(one), 0)
  if (size > annotationsLimit) errors.push(tooLong(field, annotationsLimit))
  return errors
}

function ownerErrors(value: unknown): FieldError[] {
  const errors: FieldError[] = []
  const controllers: string[] = []
  records(value).forEach((owner) => {
    const field = 'metadata.ownerReferences'
    const missing = [
      ['apiVersion', 'version must not be empty'],
      ['kind', 'kind must not be empty'],
      ['name', 'name must not be empty'],
      ['uid', 'uid must not be empty'],
    ] as const
    for (const [key, detail] of missing) {
      if (text(owner[key]) === '') errors.push(invalid(`${field}.${key}`, text(owner[key]), detail))
    }
    if (owner['apiVersion'] === 'v1' && owner['kind'] === 'Event')
      errors.push(invalid(field, new GoText(goOwner(owner)), '/v1, Kind=Event is disallowed from being an owner'))
    if (owner['controller'] === true) controllers.push(text(owner['name']))
  })
  if (controllers.length > 1) {
    const detail = `Only one reference can have Controller set to true. Found "true" in references for ${controllers[0]} and ${controllers[1]}`
    errors.push(invalid('metadata.ownerReferences', new GoText(goOwners(value)), detail))
  }
  return errors
}

function goOwners(value: unknown): string {
  return `[]v1.OwnerReference{${records(value).map(goOwner).join(', ')}}`
}

function goOwner(owner: Record<string, unknown>): string {
  const fields = ['apiVersion', 'kind', 'name', 'uid'].map((key) => JSON.stringify(text(owner[key])))
  return `v1.OwnerReference{APIVersion:${fields[0]}, Kind:${fields[1]}, Name:${fields[2]}, UID:${fields[3]}}`
}

function finalizerErrors(finalizers: string[], rules: MetadataRules): FieldError[] {
  const field = 'metadata.finalizers'
  const errors = finalizers.flatMap((one) => qualifiedName(one).map((detail) => invalid(field, one, detail)))
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    const detail = 'finalizer orphan and foregroundDeletion cannot be both set'
    errors.push(invalid(field, new GoText(goStrings(finalizers)), detail))
  }
  if (rules.anyFinalizer === true) return errors
  list(finalizers).forEach((one, index) => {
    const finalizer = text(one)
    if (finalizer.includes('/') || standardFinalizers.has(finalizer)) return
    const detail = 'name is neither a standard finalizer name nor is it fully qualified'
    errors.push(invalid(`${field}[${index}]`, finalizer, detail))
  })
  return errors
}
