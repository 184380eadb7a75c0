import { type Fields, fieldsOf, isFields, listOf, removeAt, sameJson, textOf } from './rows.ts'

/** A container's variables in v3's format: literals by name, others as a list, with whole sources last. */
export interface Environment {
  environment?: Record<string, string>
  environmentFrom?: Fields[]
}

interface Source {
  v3: string
  kube: string
  read(reference: Fields): Fields
  write(item: Fields): Fields
}

const keyed = (v3: string, kube: string): Source => ({
  v3,
  kube,
  read: ({ name = '', key = '', optional = false }) => ({ sourceName: name, sourceKey: key, optional }),
  write: ({ sourceName, sourceKey, optional }) => ({
    name: sourceName,
    key: sourceKey,
    ...(typeof optional === 'boolean' && { optional }),
  }),
})

/** `valueFrom`: v3's source, Kubernetes' reference. */
const sources: readonly Source[] = [
  keyed('configMap', 'configMapKeyRef'),
  keyed('secret', 'secretKeyRef'),
  {
    v3: 'field',
    kube: 'fieldRef',
    read: ({ fieldPath = '' }) => ({ sourceName: fieldPath }),
    write: ({ sourceName }) => ({ fieldPath: sourceName }),
  },
  {
    v3: 'resource',
    kube: 'resourceFieldRef',
    read: ({ containerName = '', resource = '' }) => ({ sourceName: containerName, sourceKey: resource }),
    write: ({ sourceName, sourceKey }) => ({
      ...(sourceName ? { containerName: sourceName } : {}),
      resource: sourceKey,
    }),
  },
]

/** `envFrom`: v3's source, Kubernetes' reference. */
const wholeSources = [
  { v3: 'configMap', kube: 'configMapRef' },
  { v3: 'secret', kube: 'secretRef' },
] as const

export function readEnvironment(container: Fields): Environment {
  const environment: Record<string, string> = Object.create(null)
  const environmentFrom: Fields[] = []
  for (const entry of listOf(container['env'])) {
    const item = readVariable(entry)
    if (item) environmentFrom.push(item)
    else environment[textOf(entry['name'])] = textOf(entry['value'])
  }
  for (const entry of listOf(container['envFrom'])) environmentFrom.push(...readWholeSource(entry))
  return {
    ...(Object.keys(environment).length > 0 && { environment }),
    ...(environmentFrom.length > 0 && { environmentFrom }),
  }
}

function readVariable({ name, valueFrom }: Fields): Fields | undefined {
  if (!isFields(valueFrom)) return undefined
  const source = sources.find(({ kube }) => isFields(valueFrom[kube]))
  if (!source) return { targetKey: name }
  return { source: source.v3, targetKey: name, ...source.read(fieldsOf(valueFrom[source.kube])) }
}

function readWholeSource(entry: Fields): Fields[] {
  const source = wholeSources.find(({ kube }) => isFields(entry[kube]))
  if (!source) return []
  const { name = '', optional = false } = fieldsOf(entry[source.kube])
  return [
    {
      source: source.v3,
      sourceName: name,
      prefix: entry['prefix'] ?? '',
      optional,
      type: '/v3/project/schemas/environmentFrom',
    },
  ]
}

/**
 * Applies the caller's variables and leaves unchanged ones alone: order, divisors, duplicates. New literals are
 * appended by name, then new references in the given order.
 */
export function writeEnvironment(container: Fields, { environment = {}, environmentFrom = [] }: Environment): void {
  const wanted = environmentFrom.filter(({ source }) => typeof source === 'string' && source !== '')
  const variables = wanted.filter(isVariable)
  const whole = wanted.filter((item) => !isVariable(item))
  replaceList(container, 'env', mergeVariables(listOf(container['env']), environment, variables))
  replaceList(container, 'envFrom', mergeWholeSources(listOf(container['envFrom']), whole))
}

function isVariable({ targetKey, sourceKey }: Fields): boolean {
  return Boolean(targetKey) || Boolean(sourceKey)
}

function replaceList(container: Fields, field: string, list: Fields[]): void {
  if (list.length > 0) container[field] = list
  else removeAt(container, field)
}

function mergeVariables(today: Fields[], plain: Readonly<Record<string, string>>, from: Fields[]): Fields[] {
  const unplaced = new Set(from)
  const last = new Map(today.filter((entry) => !isFields(entry['valueFrom'])).map((entry) => [entry['name'], entry]))
  const kept = today.flatMap((entry) => {
    const name = textOf(entry['name'])
    if (!isFields(entry['valueFrom'])) return keepPlain(entry, plain[name], last.get(name) === entry)
    const item = takeVariable(unplaced, entry)
    return item ? [sameVariable(entry, item) ? entry : writeVariable(item)] : []
  })
  const added = Object.keys(plain).filter((name) => !last.has(name))
  return [
    ...kept,
    ...added.sort().map((name) => plainVariable(name, plain[name] ?? '')),
    ...[...unplaced].map(writeVariable),
  ]
}

/** Of duplicates the last one counts, so only that one is changed. */
function keepPlain(entry: Fields, value: string | undefined, counts: boolean): Fields[] {
  if (value === undefined) return []
  if (!counts || textOf(entry['value']).trim() === value.trim()) return [entry]
  return [plainVariable(textOf(entry['name']), value)]
}

function takeVariable(unplaced: Set<Fields>, entry: Fields): Fields | undefined {
  const named = [...unplaced].filter((item) => variableName(item) === entry['name'])
  const item = named.find((one) => sameVariable(entry, one)) ?? named[0]
  if (item) unplaced.delete(item)
  return item
}

function sameVariable(entry: Fields, item: Fields): boolean {
  const read = readVariable(entry)
  return read !== undefined && sameJson(comparable(read), comparable(item))
}

/** Identity of an item; absent, empty and false are equal. */
function comparable({ source, sourceName, sourceKey, targetKey, prefix, optional }: Fields): Fields {
  return {
    source,
    sourceName: sourceName ?? '',
    sourceKey: sourceKey ?? '',
    targetKey: targetKey ?? '',
    prefix: prefix ?? '',
    optional: optional === true,
  }
}

function plainVariable(name: string, value: string): Fields {
  return value === '' ? { name } : { name, value }
}

function variableName({ targetKey, sourceKey }: Fields): unknown {
  return targetKey || sourceKey
}

function writeVariable(item: Fields): Fields {
  const source = sources.find(({ v3 }) => v3 === item['source'])
  return { name: variableName(item), ...(source && { valueFrom: { [source.kube]: source.write(item) } }) }
}

function mergeWholeSources(today: Fields[], items: Fields[]): Fields[] {
  return items.flatMap((item) => {
    const known = today.find((entry) =>
      readWholeSource(entry).some((one) => sameJson(comparable(one), comparable(item))),
    )
    if (known) return [known]
    const source = wholeSources.find(({ v3 }) => v3 === item['source'])
    if (!source) return []
    const { sourceName, optional, prefix } = item
    const reference = { name: sourceName, ...(typeof optional === 'boolean' && { optional }) }
    return [{ ...(prefix ? { prefix } : {}), [source.kube]: reference }]
  })
}
