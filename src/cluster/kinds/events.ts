import type { FieldError, KubeObject, TableColumn } from '../resource.ts'
import { age, column, nameColumn } from './columns.ts'
import { invalid } from './field-errors.ts'
import { kind } from './kind.ts'
import { at, fill, number, record, text } from './read.ts'

/** Events, in the core group and as events.k8s.io shows the same ones. */

const referenceFields = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath']

const sourceOf = (event: KubeObject): string =>
  text(at(event, 'source', 'component')) || text(event['reportingComponent'])

const columns: readonly TableColumn[] = [
  column('Event', 'Last Seen', lastSeen),
  column('Event', 'Type', (object) => text(object['type'])),
  column('Event', 'Reason', (object) => text(object['reason'])),
  column('Event', 'Object', about),
  column('Event', 'Subobject', (object) => text(at(object, 'involvedObject', 'fieldPath')), { wide: true }),
  column('Event', 'Source', reporter, { wide: true }),
  column('Event', 'Message', (object) => text(object['message']).trim()),
  column('Event', 'First Seen', firstSeen, { wide: true }),
  column('Event', 'Count', (object) => number(at(object, 'series', 'count')) || number(object['count']) || 1, {
    wide: true,
  }),
  { ...nameColumn, priority: 1 },
]

export const event = kind({
  apiVersion: 'v1',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  createOnUpdate: true,
  nameRule: 'path-segment',
  setDefaults(object) {
    fill(object, { source: {}, reportingComponent: '', reportingInstance: '', involvedObject: {} })
    for (const field of ['firstTimestamp', 'lastTimestamp', 'eventTime']) object[field] ??= null
  },
  validate: namespaceErrors,
  selectableFields: {
    ...Object.fromEntries(
      referenceFields.map((field) => [
        `involvedObject.${field}`,
        (object: KubeObject) => text(at(object, 'involvedObject', field)),
      ]),
    ),
    reason: (object) => text(object['reason']),
    reportingComponent: (object) => text(object['reportingComponent']),
    source: sourceOf,
    type: (object) => text(object['type']),
  },
  columns,
})

function namespaceErrors(object: KubeObject): FieldError[] {
  const { namespace = '' } = object.metadata
  const involved = text(at(object, 'involvedObject', 'namespace'))
  if (involved === namespace || (involved === '' && namespace === 'default')) return []
  return [invalid('involvedObject.namespace', involved, 'does not match event.namespace')]
}

function firstSeen(object: KubeObject, now: number): string {
  return age(object['firstTimestamp'] ?? object['eventTime'], now)
}

function lastSeen(object: KubeObject, now: number): string {
  const observed = at(object, 'series', 'lastObservedTime') ?? object['lastTimestamp']
  return typeof observed === 'string' ? age(observed, now) : firstSeen(object, now)
}

function about(object: KubeObject): string {
  const { kind: involved, name } = record(object['involvedObject'])
  const shown = text(involved).toLowerCase()
  return text(name) === '' ? shown : `${shown}/${text(name)}`
}

function reporter(object: KubeObject): string {
  const instance = text(at(object, 'source', 'host')) || text(object['reportingInstance'])
  return instance === '' ? sourceOf(object) : `${sourceOf(object)}, ${instance}`
}

/** events.k8s.io's name of each field of a core event that has another one there. */
const renamed: Readonly<Record<string, string>> = {
  involvedObject: 'regarding',
  message: 'note',
  source: 'deprecatedSource',
  firstTimestamp: 'deprecatedFirstTimestamp',
  lastTimestamp: 'deprecatedLastTimestamp',
  count: 'deprecatedCount',
  reportingComponent: 'reportingController',
}
const renamedBack = Object.fromEntries(Object.entries(renamed).map(([core, other]) => [other, core]))

function rename(object: KubeObject, apiVersion: string, names: Readonly<Record<string, string>>): KubeObject {
  const entries = Object.entries(object).map(([field, value]) => [names[field] ?? field, value])
  const copy = Object.fromEntries(entries) as KubeObject
  return { ...copy, metadata: object.metadata, apiVersion }
}

const toCore = (object: KubeObject): KubeObject => rename(object, 'v1', renamedBack)

function toStored(object: KubeObject): KubeObject {
  const core = toCore(object)
  event.setDefaults?.(core)
  return core
}

export const newEvent = kind({
  apiVersion: 'events.k8s.io/v1',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  createOnUpdate: true,
  nameRule: 'path-segment',
  storedAs: { type: event, fromStored: (object) => rename(object, 'events.k8s.io/v1', renamed), toStored },
  validate: (object) => namespaceErrors(toCore(object)),
  selectableFields: Object.fromEntries(
    Object.entries(event.selectableFields ?? {}).map(([field, read]) => {
      const [first = '', ...rest] = field.split('.')
      return [[renamed[first] ?? first, ...rest].join('.'), (object: KubeObject) => read(toCore(object))]
    }),
  ),
  columns: columns.map((one) => ({ ...one, cell: (object: KubeObject, now: number) => one.cell(toCore(object), now) })),
})
