import type { HttpRequest } from '../../model/http.ts'
import { kindProblem } from '../wire/body-kinds.ts'
import { parseYaml, readBody } from '../wire/bodies.ts'
import { show, type Core, type WriteAnswer } from './core.ts'
import { createObject } from './creation.ts'
import { alignWithPath, undecodable } from '../wire/decoding.ts'
import { copyValue, timestamp } from '../metadata.ts'
import { parseMediaRange } from '../wire/negotiation.ts'
import { applyObject, patchFormats, patchObject, type PatchFormat } from '../patch/index.ts'
import * as refusals from '../refusals.ts'
import { isSet, writeOptions } from '../wire/request-options.ts'
import { DecodeError, type KubeObject, type ResourceType } from '../resource.ts'
import { bucketOf, keyOf, type ResourceTypes } from '../resource-types.ts'
import { changeObject, type UpdateOptions } from './updating.ts'

export interface PatchTarget {
  type: ResourceType
  namespace: string | undefined
  name: string
  subresource?: 'status' | undefined
}

interface Patch {
  format: PatchFormat
  text: string
  options: { dryRun: boolean; fieldManager: string }
  force: boolean
  /** Refuse fields that the kind does not have. */
  strict: boolean
}

/** Parses a PATCH and validates its options. */
export async function readPatch(
  request: HttpRequest,
  type: ResourceType,
  query: URLSearchParams | undefined,
): Promise<Patch> {
  const given = request.headers.get('content-type') ?? ''
  const format = patchFormats[parseMediaRange(given).type]
  const [first = ''] = given.split(',')
  if (!format && !Object.hasOwn(patchFormats, first.trim())) throw refusals.noBodyType()
  const accepted = Object.keys(patchFormats).filter((media) => !type.custom || patchFormats[media] !== 'strategic')
  if (!format || (format === 'strategic' && type.custom)) throw refusals.unsupportedMediaType(accepted.join(', '))
  const options = writeOptions('PatchOptions', query, request)
  checkApplyOptions(format, query)
  return {
    format,
    text: await readBody(request),
    options,
    force: isSet(query, 'force'),
    strict: query?.get('fieldValidation') === 'Strict',
  }
}

function checkApplyOptions(format: PatchFormat, query: URLSearchParams | undefined): void {
  const refuse = (reason: 'FieldValueRequired' | 'FieldValueForbidden', field: string, message: string) =>
    refusals.invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [{ reason, field, message }])
  if (format === 'apply') {
    if (query?.get('fieldManager')) return
    throw refuse('FieldValueRequired', 'fieldManager', 'Required value: is required for apply patch')
  }
  if (query?.has('force')) {
    throw refuse('FieldValueForbidden', 'force', 'Forbidden: may not be specified for non-apply patch')
  }
}

/** Patches an object atomically; a server-side apply may create it. */
export async function patchResource(core: Core, target: PatchTarget, patch: Patch): Promise<WriteAnswer> {
  if (patch.format === 'apply') return applyResource(core, target, patch)
  const { type, namespace, name, subresource } = target
  const format = patch.format
  const checked = refusingOtherKinds(type, core.registry)
  const change = (current: KubeObject): KubeObject =>
    alignWithPath(patchObject(format, checked, current, patch.text, patch.strict), type, namespace, name)
  return changeObject(core, type, namespace, name, change, { ...patch.options, subresource, patch: true })
}

/** A patch must not change the object's kind. */
function refusingOtherKinds(type: ResourceType, registry: ResourceTypes): ResourceType {
  return {
    ...type,
    decode(value, options) {
      const problem = kindProblem(type, value as KubeObject, registry)
      if (problem !== undefined) throw new DecodeError(problem)
      return type.decode?.(value, options) ?? (value as KubeObject)
    },
  }
}

async function applyResource(core: Core, target: PatchTarget, patch: Patch): Promise<WriteAnswer> {
  const { type, namespace, name, subresource } = target
  const configuration = await parseConfiguration(patch.text)
  nameAfterPath(configuration, target)
  const existing = core.store.newest(bucketOf(type), keyOf(namespace, name))
  const { dryRun, fieldManager } = patch.options
  const options: UpdateOptions = { dryRun, subresource, patch: true, untracked: true }
  const apply = (live: KubeObject | undefined): KubeObject | undefined =>
    applyObject(type, live, configuration, { manager: fieldManager, force: patch.force, now: timestamp(core.now()) })
  if (existing) {
    return changeObject(core, type, namespace, name, (current) => apply(current) ?? copyValue(current), options)
  }
  if (subresource) throw refusals.notFound(type, name)
  const object = apply(undefined) as KubeObject
  const { uid } = object.metadata
  if (uid) {
    const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`
    throw refusals.conflict(type, name, why)
  }
  return createObject(core, type, alignWithPath(object, type, namespace, name), { dryRun, untracked: true })
}

async function parseConfiguration(text: string): Promise<unknown> {
  try {
    return text.trimStart().startsWith('{') ? JSON.parse(text) : await parseYaml(text)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw refusals.badRequest(`error decoding YAML: ${why}`)
  }
}

/** The configuration may omit name and namespace; values other than the path's are refused. */
function nameAfterPath(configuration: unknown, { type, namespace, name }: PatchTarget): void {
  if (typeof configuration !== 'object' || configuration === null) return
  const object = configuration as KubeObject
  if (typeof object.metadata !== 'object' || object.metadata === null) object.metadata = {}
  const { metadata } = object
  if (metadata.name !== undefined && metadata.name !== name) {
    throw refusals.badRequest(
      `the name of the object (${shown(metadata.name)}) does not match the name on the URL (${name})`,
    )
  }
  if (metadata.name === undefined && metadata.generateName) {
    throw refusals.badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`)
  }
  metadata.name = name
  if (namespace !== undefined) metadata.namespace ??= namespace
  if (namespace !== metadata.namespace && type.namespaced) {
    throw refusals.badRequest(
      `the namespace of the object (${shown(metadata.namespace)}) does not match the namespace on the request (${namespace})`,
    )
  }
}

/** A configuration is not decoded yet, so any value is possible. */
function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Applies a patch to something that is not stored itself, such as a scale. */
export async function patchedView(
  type: ResourceType,
  { format, text }: Patch,
): Promise<(view: KubeObject) => KubeObject> {
  if (format !== 'apply') return (view) => patchObject(format, type, view, text)
  const configuration = await parseConfiguration(text)
  return (view) => show(type, { ...view, ...decodeConfiguration(type, configuration), metadata: view.metadata })
}

function decodeConfiguration(type: ResourceType, configuration: unknown): Partial<KubeObject> {
  try {
    return type.decode?.(configuration) ?? {}
  } catch (error) {
    throw error instanceof DecodeError ? undecodable(type, error.message) : error
  }
}
