import type { Api } from '../verbs/api.ts'
import * as refusals from '../refusals.ts'
import type { KubeObject } from '../resource.ts'
import { parseQuantity } from '../schema/quantity.ts'
import { at, ensure, isRecord, list, record, records, text, textMap, type Json } from './read.ts'

const pods = { group: '', plural: 'pods' }
const annotation = 'kubernetes.io/limit-ranger'

/** LimitRanges of the namespace: their defaults are filled in, their bounds kept. Containers only. Raises 403. */
export function admitLimits(object: KubeObject, spec: Json, api: Api): void {
  const ranges = api.list(api.type('v1', 'LimitRange'), object.metadata.namespace)
  const limits = ranges.flatMap((range) =>
    records(at(range, 'spec', 'limits')).filter((one) => one['type'] === 'Container'),
  )
  const containers = [...list(spec['initContainers']), ...list(spec['containers'])].filter(isRecord)
  const filled = limits.flatMap((limit) => containers.flatMap((container) => fillFrom(limit, container)))
  if (filled.length > 0) {
    const told = `LimitRanger plugin set: ${filled.join('; ')}`
    object.metadata.annotations = { ...object.metadata.annotations, [annotation]: told }
  }
  const wrong = limits.flatMap((limit) => containers.flatMap((container) => boundErrors(limit, container)))
  if (wrong.length === 0) return
  throw refusals.forbidden(
    pods,
    object.metadata.name ?? '',
    wrong.length === 1 ? (wrong[0] ?? '') : `[${wrong.join(', ')}]`,
  )
}

/** What was filled in, in the words of the annotation. */
function fillFrom(limit: Json, container: Json): string[] {
  const parts = [
    ['requests', 'request', textMap(limit['defaultRequest'])],
    ['limits', 'limit', textMap(limit['default'])],
  ] as const
  return parts.flatMap(([field, word, amounts]) => {
    const missing = Object.keys(amounts).filter((name) => at(container, 'resources', field, name) === undefined)
    if (missing.length === 0) return []
    const target = ensure(ensure(container, 'resources'), field)
    for (const name of missing) target[name] = amounts[name]
    return [`${missing.join(', ')} ${word} for container ${text(container['name'])}`]
  })
}

function boundErrors(limit: Json, container: Json): string[] {
  const { requests, limits } = record(container['resources'])
  return [
    ...outside(textMap(limit['min']), textMap(requests), 'minimum', 'request', (amount, bound) => amount < bound),
    ...outside(textMap(limit['max']), textMap(limits), 'maximum', 'limit', (amount, bound) => amount > bound),
  ]
}

function outside(
  bounds: Record<string, string>,
  amounts: Record<string, string>,
  word: string,
  kind: string,
  isOutside: (amount: bigint, bound: bigint) => boolean,
): string[] {
  return Object.entries(bounds).flatMap(([name, bound]) => {
    const [given, allowed] = [parseQuantity(amounts[name] ?? ''), parseQuantity(bound)]
    const rule = `${word} ${name} usage per Container is ${bound}`
    if (!given) return [`${rule}.  No ${kind} is specified`]
    return allowed && isOutside(given.nanos, allowed.nanos) ? [`${rule}, but ${kind} is ${amounts[name]}`] : []
  })
}
