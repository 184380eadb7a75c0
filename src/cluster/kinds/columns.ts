import type { KubeObject, TableColumn } from '../resource.ts'
import { columnTexts } from './column-texts.ts'
import { at, number, record, records, text, textMap } from './read.ts'

type Cell = TableColumn['cell']

interface ColumnOptions {
  /** Default string. */
  type?: TableColumn['type']
  format?: string
  /** Shown by `-o wide` only. */
  wide?: boolean
}

/** A column of `kubectl get`; its description is looked up by the kind and the name. */
export function column(kind: string, name: string, cell: Cell, options: ColumnOptions = {}): TableColumn {
  const { type = 'string', format = '', wide = false } = options
  const description = columnTexts[`${kind}.${name}`] ?? columnTexts[name] ?? ''
  return { name, type, format, description, priority: wide ? 1 : 0, cell }
}

export const nameColumn = column('', 'Name', (object) => object.metadata.name ?? '', { format: 'name' })

export const ageColumn = column('', 'Age', (object, now) => age(object.metadata.creationTimestamp, now))

/** The table of kinds without printers of their own. */
export const nameAndCreation: readonly TableColumn[] = [
  nameColumn,
  column('', 'Created At', (object) => object.metadata.creationTimestamp ?? null, { type: 'date' }),
]

/** Time since a timestamp, as kubectl shortens it; `<unknown>` when there is none. */
export function age(timestamp: unknown, now: number): string {
  const time = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN
  return Number.isNaN(time) ? '<unknown>' : shortDuration(now - time)
}

/** A duration in ms as `7s`, `2m5s`, `12m`, `3h20m`, `26h`, `3d4h`, `12d`, `2y` (apimachinery's HumanDuration). */
export function shortDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return twoUnits(minutes, 'm', seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 8) return twoUnits(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  const days = Math.floor(hours / 24)
  if (hours < 192) return twoUnits(days, 'd', hours % 24, 'h')
  if (days < 365 * 2) return `${days}d`
  const years = Math.floor(days / 365)
  return days < 365 * 8 ? twoUnits(years, 'y', days % 365, 'd') : `${years}y`
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`
}

export const orNone = (value: string): string => (value === '' ? '<none>' : value)

/** A label map as `a=b,c=d`, sorted. */
export function labelText(labels: unknown): string {
  const map = textMap(labels)
  const pairs = Object.keys(map)
    .sort()
    .map((key) => `${key}=${map[key]}`)
  return orNone(pairs.join(','))
}

/** A label selector as kubectl writes it: `a=b,tier in (x,y),!old`. */
export function selectorText(selector: unknown): string {
  if (selector === undefined || selector === null) return '<none>'
  const { matchLabels, matchExpressions } = record(selector)
  const requirements = [
    ...Object.entries(textMap(matchLabels)).map(([key, value]) => ({ key, text: `${key}=${value}` })),
    ...records(matchExpressions).map((one) => ({ key: text(one['key']), text: expressionText(one) })),
  ]
  requirements.sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0))
  return orNone(requirements.map((one) => one.text).join(','))
}

function expressionText(expression: Record<string, unknown>): string {
  const key = text(expression['key'])
  const values = (Array.isArray(expression['values']) ? expression['values'].map(text) : []).sort().join(',')
  switch (expression['operator']) {
    case 'In':
      return `${key} in (${values})`
    case 'NotIn':
      return `${key} notin (${values})`
    case 'Exists':
      return key
    default:
      return `!${key}`
  }
}

/** Containers, Images and Selector: what `-o wide` adds for kinds with a pod template. */
export function templateColumns(
  kind: string,
  template: (object: KubeObject) => unknown,
  selector: (object: KubeObject) => string,
): TableColumn[] {
  const listed =
    (field: string): Cell =>
    (object) =>
      records(at(template(object), 'spec', 'containers'))
        .map((container) => text(container[field]))
        .join(',')
  return [
    column(kind, 'Containers', listed('name'), { wide: true }),
    column(kind, 'Images', listed('image'), { wide: true }),
    column(kind, 'Selector', selector, { wide: true }),
  ]
}

/** An integer cell that is 0 when the field is absent. */
export function count(...path: string[]): Cell {
  return (object) => number(at(object, ...path))
}

/** A text cell of one field. */
export function plain(...path: string[]): Cell {
  return (object) => text(at(object, ...path))
}
