import { shareValue } from '../metadata.ts'
import { conflict } from '../refusals.ts'
import { DecodeError, type KubeObject, type ResourceType } from '../resource.ts'
import { shapeOf, type Shape } from '../schema/index.ts'
import { applyConfiguration } from './apply.ts'
import { applyJsonPatch } from './json-patch.ts'
import { isObject, printGo, type JsonObject } from './json-value.ts'
import { trackFields } from './managed-fields.ts'
import { applyMergePatch } from './merge-patch.ts'
import { unfitPatch, unsupportedPatch } from './patch-errors.ts'
import { applyStrategicMergePatch } from './strategic-merge-patch.ts'

export type PatchFormat = 'json' | 'merge' | 'strategic' | 'apply'

/** By media type, in the order in which a 415 lists them. */
export const patchFormats: Readonly<Record<string, PatchFormat>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
}

/**
 * The object that a patch makes of today's, decoded as its kind (unknown fields dropped, or refused when `strict`), without
 * defaults or validation. `current` stays as it is.
 *
 * Raises `StatusError` with Kubernetes' code and words: 400, 413, 415, 422 or 500.
 */
export function patchObject(
  format: Exclude<PatchFormat, 'apply'>,
  type: ResourceType,
  current: KubeObject,
  body: string,
  strict = false,
): KubeObject {
  if (format === 'strategic') {
    const shape = shapeOfType(type)
    if (!shape) throw unsupportedPatch(Object.keys(patchFormats).filter((name) => patchFormats[name] !== 'strategic'))
    const shown = (): string => printGo(JSON.parse(body))
    return decode(type, applyStrategicMergePatch(current, body, shape), strict ? shown : undefined)
  }
  const changed = format === 'json' ? applyJsonPatch(current, body) : applyMergePatch(current, body)
  const patched = shareValue(changed, current)
  return decode(type, patched, strict ? () => JSON.stringify(patched) : undefined)
}

/** `strictly` tells what a refusal of unknown fields shows; absent, they are dropped. */
function decode(type: ResourceType, patched: JsonObject, strictly?: () => string): KubeObject {
  checkSameKind(type, patched)
  const unknown: string[] = []
  try {
    const decoded = type.decode ? type.decode(patched, { unknown }) : (patched as KubeObject)
    if (strictly && unknown.length > 0) throw unfitPatch(strictly(), unknownFields(unknown))
    return { ...decoded, metadata: { ...decoded.metadata } }
  } catch (error) {
    if (error instanceof DecodeError) throw unfitPatch(JSON.stringify(patched), error.message)
    throw error
  }
}

const scheme = 'k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30'

/** A patch may leave out what the object is, not change it. */
function checkSameKind(type: ResourceType, patched: JsonObject): void {
  const { kind = type.kind, apiVersion } = patched
  const version = apiVersion ?? apiVersionOf(type)
  if ((kind === type.kind && version === apiVersionOf(type)) || type.custom) return
  const named = typeof version === 'string' ? version : JSON.stringify(version)
  const [short = ''] = named.split('/').slice(-1)
  const wanted = `${type.group === '' ? 'core' : type.group.split('.')[0]}.${type.kind}`
  throw unfitPatch(
    JSON.stringify(patched),
    shapeOf(named, String(kind))
      ? `converting (${short}.${String(kind)}) to (${wanted}): unknown conversion`
      : `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(version)} in scheme "${scheme}"`,
  )
}

/** As fieldValidation=Strict words it. */
function unknownFields(paths: readonly string[]): string {
  return `strict decoding error: ${paths.map((path) => `unknown field ${JSON.stringify(path)}`).join(', ')}`
}

export interface ApplyOptions {
  manager: string
  /** Take over what other managers own. */
  force: boolean
  /** RFC 3339, in seconds. */
  now: string
}

/**
 * The object that a server-side apply makes of today's (`live`; absent: of nothing), its managedFields included: they are
 * final, so `trackOwnership` must not run on it. Without defaults or validation. Undefined: nothing changes.
 *
 * Raises `StatusError` as Kubernetes words it: 400, 409 (conflicts) or 500.
 */
export function applyObject(
  type: ResourceType,
  live: KubeObject | undefined,
  configuration: unknown,
  { manager, force, now }: ApplyOptions,
): KubeObject | undefined {
  if (!live) checkIdentity(type, configuration)
  const applied = applyConfiguration({
    live,
    configuration: live ? configuration : withoutVersion(configuration),
    manager,
    force,
    now,
    apiVersion: apiVersionOf(type),
    shape: ownedShape(type),
  })
  return applied && decode(type, applied)
}

/** A uid asks for that very object; there is none. */
function checkIdentity(type: ResourceType, configuration: unknown): void {
  const metadata = isObject(configuration) ? configuration['metadata'] : undefined
  if (!isObject(metadata) || typeof metadata['uid'] !== 'string' || typeof metadata['name'] !== 'string') return
  const why = `the provided object specified uid ${metadata['uid']}, and no existing object was found`
  throw conflict(type, metadata['name'], `uid mismatch: ${why}`)
}

/** A version says nothing where there is no object. */
function withoutVersion(configuration: unknown): unknown {
  if (!isObject(configuration) || !isObject(configuration['metadata'])) return configuration
  const { resourceVersion: _version, ...metadata } = configuration['metadata']
  return { ...configuration, metadata }
}

/**
 * Brings `object.metadata.managedFields` up to date, in place, before an object that was created, replaced or patched (not
 * applied) is stored. `old` is absent on create; `manager` is `fieldManager` or the User-Agent up to its first slash;
 * `time` is RFC 3339 in seconds.
 */
export function trackOwnership(
  type: ResourceType,
  object: KubeObject,
  old: KubeObject | undefined,
  manager: string,
  time: string,
): void {
  const entries = trackFields({
    live: old,
    next: object,
    manager,
    now: time,
    apiVersion: apiVersionOf(type),
    shape: ownedShape(type),
  })
  if (entries) object.metadata.managedFields = entries
  else delete object.metadata.managedFields
}

function apiVersionOf({ group, version }: ResourceType): string {
  return group === '' ? version : `${group}/${version}`
}

function shapeOfType(type: ResourceType): Shape | undefined {
  return shapeOf(apiVersionOf(type), type.kind)
}

function ownedShape(type: ResourceType): Shape | undefined {
  return shapeOfType(type) ?? type.shape
}
