import { compare } from 'fast-json-patch'
import { dump, load } from 'js-yaml'
import type { JsonPatch } from '../../../src/kube/index.ts'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import { isDocument, type Document } from '../api-browser/merge.ts'

/** What the cluster keeps about an object, and nobody writes. */
const kept = ['managedFields', 'resourceVersion', 'generation', 'creationTimestamp', 'uid', 'selfLink']

/** The part of an object that a person may change. */
export function editableOf(object: KubeObject): Document {
  const { status: _, metadata, ...rest } = object
  const entries = Object.entries(metadata).filter(([name]) => !kept.includes(name))
  return { ...rest, metadata: Object.fromEntries(entries) }
}

export function yamlOf(document: Document): string {
  const { apiVersion, kind, metadata, ...rest } = document
  return dump({ apiVersion, kind, metadata, ...rest }, { lineWidth: -1, noRefs: true })
}

/** Why a text cannot be sent. `another`: it names another object than the one that is edited. */
export type YamlProblem = { problem: 'syntax'; said: string } | { problem: 'another'; field: string }

/** What makes an object this one. */
const identity = ['apiVersion', 'kind', 'metadata.name', 'metadata.namespace'] as const

/** The text as a document; or why it cannot be one of this object. */
export function readYaml(text: string, base: Document): { document: Document } | YamlProblem {
  let document: unknown
  try {
    document = load(text)
  } catch (error) {
    return { problem: 'syntax', said: error instanceof Error ? error.message : String(error) }
  }
  if (!isDocument(document)) return { problem: 'another', field: 'kind' }
  const field = identity.find((path) => valueAt(document, path) !== valueAt(base, path))
  return field === undefined ? { document } : { problem: 'another', field }
}

function valueAt(document: Document, path: string): unknown {
  return path.split('.').reduce<unknown>((at, name) => (isDocument(at) ? at[name] : undefined), document)
}

/** The narrowest JSON Patch: what is replaced or taken away is tested first, so that nothing is overwritten unseen. */
export function patchBetween(base: Document, mine: Document): JsonPatch {
  return compare(base, mine, true) as JsonPatch
}
