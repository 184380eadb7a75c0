import { nameAndCreation } from '../kinds/columns.ts'
import type { EventForm } from '../verbs/watch.ts'
import type { ListMetadata } from '../verbs/list.ts'
import type { AnswerForm } from './negotiation.ts'
import * as refusals from '../refusals.ts'
import type { KubeObject, ResourceType, TableColumn } from '../resource.ts'

/** What a row contains of its object: the metadata (default), everything, or nothing. */
export type IncludeObject = 'Metadata' | 'Object' | 'None'

export function includeObjectOf(query: URLSearchParams | undefined): IncludeObject {
  const asked = query?.get('includeObject') ?? ''
  if (asked === '') return 'Metadata'
  if (asked === 'Metadata' || asked === 'Object' || asked === 'None') return asked
  throw refusals.badRequest(
    `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(asked)}: must be 'Metadata', 'Object', 'None', or empty`,
  )
}

export interface TableOptions {
  /** `v1` or `v1beta1` of meta.k8s.io. */
  version: string
  include: IncludeObject
  now: number
  /** Default true; a watch sends the columns once. */
  columns?: boolean
}

/** The response that `kubectl get` prints. */
export function tableOf(
  type: ResourceType,
  objects: readonly KubeObject[],
  metadata: ListMetadata,
  { version, include, now, columns = true }: TableOptions,
): object {
  const rows = objects.map((object) => {
    const conditions = type.rowConditions?.(object) ?? []
    const cells = type.columns.map((column) => column.cell(object, now))
    return { cells, ...(conditions.length > 0 && { conditions }), object: rowObject(type, object, include, version) }
  })
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${version}`,
    metadata,
    columnDefinitions: columns ? type.columns.map(definitionOf) : null,
    rows: rows.length === 0 && type.columns === nameAndCreation ? null : rows,
  }
}

function definitionOf({ name, type, format = '', description, priority }: TableColumn): object {
  return { name, type, format, description, priority }
}

function rowObject(type: ResourceType, object: KubeObject, include: IncludeObject, version: string): object | null {
  if (include === 'None') return null
  return include === 'Object' ? object : partialMetadata(withoutConverted(type, object), version)
}

/** Table rows are made before conversion to the requested version. */
function withoutConverted({ convertedAnnotation: name }: ResourceType, object: KubeObject): KubeObject {
  const { annotations, ...metadata } = object.metadata
  if (name === undefined || annotations?.[name] === undefined) return object
  const { [name]: _converted, ...others } = annotations
  return { ...object, metadata: Object.keys(others).length > 0 ? { ...metadata, annotations: others } : metadata }
}

export function partialMetadata({ metadata }: KubeObject, version: string): object {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata }
}

let tableWatches = 0

/** How a watch renders its objects. A Table sends its columns only in the first event, so its form is not shared. */
export function eventForm(
  type: ResourceType,
  { as, version }: Pick<AnswerForm, 'as' | 'version'>,
  include: IncludeObject,
  now: () => number,
): EventForm {
  if (as === 'PartialObjectMetadata') {
    return { identity: `metadata ${version}`, write: (object) => JSON.stringify(partialMetadata(object, version)) }
  }
  if (as !== 'Table') return { identity: '', write: (_object, json) => json() }
  let columns = true
  const write = (object: KubeObject): string => {
    const metadata = { resourceVersion: object.metadata.resourceVersion ?? '' }
    const table = tableOf(type, [object], metadata, { version, include, now: now(), columns })
    columns = false
    return JSON.stringify(table)
  }
  return { identity: `table ${++tableWatches}`, write }
}
