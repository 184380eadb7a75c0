import type { HttpRequest } from '../../model/http.ts'
import { bodyFormat, parseYaml, readBody } from './bodies.ts'
import { goJsonType, kindProblem, namingProblem, unreadable } from './body-kinds.ts'
import { withDuplicates } from './duplicate-members.ts'
import * as refusals from '../refusals.ts'
import { DecodeError, type KubeObject, type ResourceType } from '../resource.ts'
import { parseJson } from '../patch/parse-json.ts'
import { decodeObject } from '../schema/decode.ts'
import { groupVersion, type ResourceTypes } from '../resource-types.ts'

export interface DecodedBody {
  object: KubeObject
  /** Paths of unknown fields. */
  unknown: string[]
}

/** Decodes the object in the body of a POST or PUT. Raises 400, 413 or 415. */
export async function decodeBody(
  request: HttpRequest,
  type: ResourceType,
  registry: ResourceTypes,
): Promise<DecodedBody> {
  const format = bodyFormat(request.headers.get('content-type'))
  const text = await readBody(request, (problem, body) => unrecognized(type, problem, body))
  const value = format === 'yaml' ? await parseYamlBody(text, type) : parseJsonBody(text, type)
  return decodeValue(value, type, registry, format === 'yaml' ? JSON.stringify(value) : text)
}

/**
 * Decodes a body as the given kind whatever it claims: a binding, an eviction, a review. An absent body is an empty
 * object. Raises 400 or 413.
 */
export async function decodeBodyAs(request: HttpRequest, apiVersion: string, kind: string): Promise<KubeObject> {
  const named = { kind, version: apiVersion.slice(apiVersion.indexOf('/') + 1) }
  const text = await readBody(request, (problem, body) => unrecognized(named, problem, body))
  const value = text === '' ? {} : parseJsonBody(text, named)
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw unrecognized(named, `${unreadable}${goTypeProblem(value)}`, text)
  }
  try {
    return decodeObject(apiVersion, kind, value, { source: text })
  } catch (error) {
    throw error instanceof DecodeError ? undecodable(named, error.message) : error
  }
}

function decodeValue(value: unknown, type: ResourceType, registry: ResourceTypes, source: string): DecodedBody {
  if (value !== null && (typeof value !== 'object' || Array.isArray(value))) {
    throw unrecognized(type, `${unreadable}${goTypeProblem(value)}`, source)
  }
  const given = (value ?? {}) as Partial<KubeObject>
  if (type.custom && typeof given.kind !== 'string') {
    throw refusals.badRequest(`Object 'Kind' is missing in '${source}'`)
  }
  checkKind(type, given, registry, source)
  const unknown: string[] = []
  if (!type.decode) return { object: { ...given, metadata: given.metadata ?? {} }, unknown }
  try {
    return { object: type.decode(given, { source, unknown }), unknown }
  } catch (error) {
    if (error instanceof DecodeError) throw undecodable(type, error.message)
    throw error
  }
}

function parseJsonBody(text: string, type: Pick<ResourceType, 'kind' | 'custom'>): unknown {
  const value = parseJson(text, (problem) => unrecognized(type, unreadable + problem, text))
  return type.custom ? value : withDuplicates(text, value)
}

async function parseYamlBody(text: string, type: ResourceType): Promise<unknown> {
  try {
    return await parseYaml(text)
  } catch (error) {
    throw unrecognized(type, `yaml: ${error instanceof Error ? error.message : String(error)}`, text)
  }
}

function unrecognized({ kind }: Pick<ResourceType, 'kind'>, problem: string, source: string | Uint8Array) {
  return refusals.badRequest(
    `the object provided is unrecognized (must be of type ${kind}): ${problem} (${summarize(source)})`,
  )
}

/** The start of a body: as text if it looks like JSON, otherwise in hexadecimal. */
function summarize(source: string | Uint8Array): string {
  const bytes = Buffer.from(source)
  if (bytes.length === 0) return '<empty>'
  const start = bytes.subarray(0, 30)
  const text = bytes[0] === 0x7b ? start.toString() : start.toString('hex')
  return bytes.length > 30 ? `${text} ...` : text
}

/** Refuses a body whose kind or version differs from the path's. */
function checkKind(type: ResourceType, given: Partial<KubeObject>, registry: ResourceTypes, source: string): void {
  const unnamed = namingProblem(given)
  if (unnamed !== undefined) throw unrecognized(type, unnamed, source)
  const expected = groupVersion(type)
  const apiVersion = given.apiVersion || expected
  if (apiVersion.split('/').length > 2) {
    throw unrecognized(type, `unexpected GroupVersion string: ${apiVersion}`, source)
  }
  const problem = kindProblem(type, given, registry)
  if (problem !== undefined) {
    const version = apiVersion.slice(apiVersion.indexOf('/') + 1)
    const kind = given.kind || type.kind
    throw refusals.badRequest(`${kind} in version "${version}" cannot be handled as a ${type.kind}: ${problem}`)
  }
  if (apiVersion === expected) return
  throw refusals.badRequest(
    `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`,
  )
}

function goTypeProblem(value: unknown): string {
  const goType =
    'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
  return `json: cannot unmarshal ${goJsonType(value)} into Go value of type ${goType}`
}

/** The error for a body of the right kind with a value that does not fit. */
export function undecodable({ kind, version }: Pick<ResourceType, 'kind' | 'version'>, problem: string) {
  return refusals.badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${problem}`)
}

/** Fills in namespace and name from the path; refuses different ones. */
export function alignWithPath(
  object: KubeObject,
  type: ResourceType,
  namespace: string | undefined,
  name: string | undefined,
): KubeObject {
  const { metadata } = object
  if (namespace !== undefined) {
    if (metadata.namespace && metadata.namespace !== namespace) {
      throw refusals.badRequest(
        name === undefined
          ? 'the namespace of the provided object does not match the namespace sent on the request'
          : `the namespace of the object (${metadata.namespace}) does not match the namespace on the request (${namespace})`,
      )
    }
    metadata.namespace = namespace
  }
  if (name !== undefined) {
    if (!metadata.name && !type.custom && !metadata.generateName) {
      throw refusals.badRequest(
        `the name of the object (${name} based on URL) was undeterminable: name must be provided`,
      )
    }
    if (metadata.name !== name) {
      throw refusals.badRequest(
        `the name of the object (${metadata.name ?? ''}) does not match the name on the URL (${name})`,
      )
    }
  }
  object.apiVersion = groupVersion(type)
  object.kind = type.kind
  return object
}
