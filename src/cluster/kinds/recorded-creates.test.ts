import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { DecodeError, type FieldError, type KubeObject, type ResourceType } from '../resource.ts'
import { resourceTypes } from './index.ts'

/** Creations that a genuine API server answered, through the pure functions of the rows. */

interface Recording {
  request: { method: string; path: string; headers: Record<string, string>; body: unknown }
  response: { status: number; body: KubeObject & { message?: string; details?: { causes?: FieldError[] } } }
}

const folder = new URL('../../../test/recordings/kubernetes-1.21/', import.meta.url)
const pathPattern = /^\/(?:api|apis\/([^/]+))\/([^/]+)(?:\/namespaces\/([^/]+))?\/([^/?]+)(?:\?.*)?$/

/** What only the verbs, admission or allocation write, or what is another version's. */
const notHere =
  /quota|CreateOptions|exceeded|already exists|allocated|in the valid range|forbidden|object is being|terminated/

/** The causes whose order or multiplicity Go's maps decide. */
const sortedCauses = (errors: readonly FieldError[]): string[] =>
  errors.map(({ reason, field, message }) => `${field} ${reason} ${message}`).toSorted()

function readCreations(): { name: string; type: ResourceType; namespace: string | undefined; recording: Recording }[] {
  const files = readdirSync(folder).filter((file) => /^(1[6-9]\d|2[0-8]\d|28[5-9]|29\d|3\d\d|4[0-2]\d)-/.test(file))
  return files.flatMap((name) => {
    const recording = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Recording
    const match = pathPattern.exec(recording.request.path)
    const type =
      match &&
      resourceTypes.find((one) => one.group === (match[1] ?? '') && one.version === match[2] && one.plural === match[4])
    const { method, body } = recording.request
    if (
      !type ||
      method !== 'POST' ||
      name.includes('limitrange') ||
      name.includes('job-indexed') ||
      typeof recording.response.body !== 'object' ||
      typeof body !== 'object' ||
      body === null
    )
      return []
    return [{ name, type, namespace: match?.[3], recording }]
  })
}

function create(
  type: ResourceType,
  body: unknown,
  namespace: string | undefined,
  stored: KubeObject['metadata'],
): KubeObject {
  const object = type.decode?.(body, { source: goJson(body) }) as KubeObject
  if (namespace !== undefined) object.metadata.namespace = namespace
  type.setDefaults?.(object)
  if (stored.uid !== undefined) object.metadata.uid = stored.uid
  if (object.metadata.name === undefined && object.metadata.generateName !== undefined && stored.name !== undefined) {
    object.metadata.name = stored.name
  }
  type.prepareForCreate?.(object)
  return object
}

/** The recorder wrote its bodies as Python's json.dumps does. */
function goJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goJson).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}: ${goJson(item)}`)
    .join(', ')}}`
}

const admitted: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    'volumes',
    'containers',
    'tolerations',
    'priority',
    'serviceAccount',
    'serviceAccountName',
    'preemptionPolicy',
    'initContainers',
  ],
  Service: ['clusterIP', 'clusterIPs'],
}

function comparable(object: KubeObject): unknown {
  const {
    uid: _uid,
    resourceVersion: _version,
    creationTimestamp: _time,
    generation: _generation,
    managedFields: _fields,
    selfLink: _link,
    deletionTimestamp: _deleted,
    deletionGracePeriodSeconds: _grace,
    ...metadata
  } = object.metadata
  const spec = { ...object.spec }
  for (const field of admitted[object.kind ?? ''] ?? []) delete spec[field]
  if (object.kind === 'Service' && Array.isArray(spec['ports'])) {
    spec['ports'] = spec['ports'].map((port: Record<string, unknown>) => ({ ...port, nodePort: undefined }))
  }
  return JSON.parse(JSON.stringify({ ...object, metadata, spec }))
}

describe('creations as recorded', () => {
  for (const { name, type, namespace, recording } of readCreations()) {
    const { response, request } = recording
    const message = response.body.message ?? ''
    if (response.status >= 400 && notHere.test(message)) continue
    if (response.status === 422) {
      test(`${name} is refused`, () => {
        const object = create(type, request.body, namespace, {})
        expect(sortedCauses(type.validate?.(object) ?? [])).toEqual(sortedCauses(response.body.details?.causes ?? []))
      })
    } else if (response.status === 400 && message.includes('byte of')) {
      test(`${name} cannot be decoded`, () => {
        const expected = message.slice(message.indexOf('v1.')).replaceAll('"v1" cannot', '')
        let raised = ''
        try {
          create(type, request.body, namespace, {})
        } catch (error) {
          if (error instanceof DecodeError) raised = error.message
        }
        expect(raised).toBe(expected)
      })
    } else if (response.status === 201) {
      test(`${name} is completed`, () => {
        const object = create(type, request.body, namespace, response.body.metadata)
        expect(type.validate?.(object)).toEqual([])
        expect(comparable(object)).toEqual(comparable(response.body))
      })
    }
  }
})
