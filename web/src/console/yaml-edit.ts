import { compare } from 'fast-json-patch'
import { dump, load } from 'js-yaml'
import type { JsonPatch } from '../../../src/kube/index.ts'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import { isDocument, type Document } from '../api-browser/merge.ts'

/** Fields maintained by the cluster. */
const kept = ['managedFields', 'resourceVersion', 'generation', 'creationTimestamp', 'uid', 'selfLink']

/** The editable part of an object. */
export function editableOf(object: KubeObject): Document {
  const { status: _, metadata, ...rest } = object
  const entries = Object.entries(metadata).filter(([name]) => !kept.includes(name))
  return { ...rest, metadata: Object.fromEntries(entries) }
}

export function yamlOf(document: Document): string {
  const { apiVersion, kind, metadata, ...rest } = document
  return dump({ apiVersion, kind, metadata, ...rest }, { lineWidth: -1, noRefs: true })
}

/** Why a text cannot be sent. `another`: it names another object than the one being edited. */
export type YamlProblem = { problem: 'syntax'; said: string } | { problem: 'another'; field: string }

/** Fields that identify the object. */
const identity = ['apiVersion', 'kind', 'metadata.name', 'metadata.namespace'] as const

/** Parses the text, or says why it cannot be a new version of this object. */
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

/**
 * The narrowest JSON Patch. Replaced and removed values are tested first, so that no concurrent change is overwritten.
 */
export function patchBetween(base: Document, mine: Document): JsonPatch {
  return compare(base, mine, true) as JsonPatch
}
