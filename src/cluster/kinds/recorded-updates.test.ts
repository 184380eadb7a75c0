import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { mergeJson } from '../patch/merge-patch.ts'
import { applyStrategicMergePatch } from '../patch/strategic-merge-patch.ts'
import type { FieldError, KubeObject, ResourceType } from '../resource.ts'
import { shapeOf } from '../schema/index.ts'
import { resourceTypes } from './index.ts'

/** Updates that a genuine API server answered: each object begins as a recorded creation, and follows the recorded patches. */

interface Recording {
  request: { method: string; path: string; headers: Record<string, string>; body: unknown }
  response: { status: number; body: KubeObject & { details?: { causes?: FieldError[] } } }
}

const folder = new URL('../../../test/recordings/kubernetes-1.21/', import.meta.url)
const pathPattern = /^\/(?:api|apis\/([^/]+))\/([^/]+)\/namespaces\/([^/]+)\/([^/?]+)(?:\/([^/?]+))?(?:\?.*)?$/

const files = readdirSync(folder)
const read = (name: string): Recording => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Recording
const numbered = (from: number, to: number): string[] =>
  files.filter((file) => Number.parseInt(file, 10) >= from && Number.parseInt(file, 10) <= to)

function typeAt(match: RegExpExecArray): ResourceType | undefined {
  return resourceTypes.find(
    (one) => one.group === (match[1] ?? '') && one.version === match[2] && one.plural === match[4],
  )
}

const stored = new Map<string, KubeObject>()
const key = (match: RegExpExecArray, name: string): string => `${match[3]}/${match[4]}/${name}`

for (const name of numbered(160, 199)) {
  const { request, response } = read(name)
  const match = pathPattern.exec(request.path)
  if (match && request.method === 'POST' && response.status === 201) {
    stored.set(key(match, response.body.metadata.name ?? ''), response.body)
  }
}

function changed(type: ResourceType, old: KubeObject, { request }: Recording): KubeObject {
  const contentType = request.headers['Content-Type'] ?? ''
  const apiVersion = type.group === '' ? type.version : `${type.group}/${type.version}`
  const shape = shapeOf(apiVersion, type.kind)
  const body = structuredClone(request.body)
  const next =
    request.method === 'PUT'
      ? body
      : contentType.includes('strategic') && shape
        ? applyStrategicMergePatch(structuredClone(old), JSON.stringify(body), shape)
        : mergeJson(structuredClone(old), body)
  const object = type.decode?.(next) as KubeObject
  type.setDefaults?.(object)
  if (type.subresources?.includes('status')) object.status = structuredClone(old.status ?? {})
  type.prepareForUpdate?.(object, old)
  return object
}

/** Causes that Kubernetes tells twice, the verbs' own metadata checks, and Go's diff behind a refusal. */
const told = (errors: readonly FieldError[]): string[] => [
  ...new Set(
    errors
      .filter(({ field }) => field !== 'metadata.resourceVersion' && field !== 'patch')
      .map(({ reason, field, message }) => `${field} ${reason} ${message.split('\n')[0] ?? ''}`),
  ),
]

describe('updates as recorded', () => {
  for (const name of [...numbered(171, 173), ...numbered(430, 458)]) {
    const recording = read(name)
    const { request, response } = recording
    const match = pathPattern.exec(request.path)
    const type = match && typeAt(match)
    const id = match && match[5] !== undefined ? key(match, match[5]) : ''
    const old = stored.get(id)
    if (!type || !old || (response.status !== 422 && response.status !== 200)) continue
    if (response.status === 200) stored.set(id, response.body)

    test(`${name} is ${response.status === 200 ? 'accepted' : 'refused'}`, () => {
      const object = changed(type, old, recording)
      expect(told(type.validate?.(object, old) ?? [])).toEqual(told(response.body.details?.causes ?? []))
    })
  }
})
