import { load } from 'js-yaml'
import { differences, isObject, type Difference } from '../compare.ts'
import type { Json } from './knowledge.ts'
import { inKeyOrder, keyOf, normalize, type Normalization, withoutAges } from './normalize.ts'
import type { ResourcePath } from './path.ts'
import { nameOfRow } from './witnesses.ts'

/** What is known about an exchange when comparing bodies. */
export interface Comparison extends Normalization {
  path: ResourcePath | undefined
  /** Names in the recorded table whose objects no recording shows; their rows cannot be compared. */
  unseen: ReadonlySet<string>
  /** By our uid: how much higher the recorded generation was when the object was rebuilt. */
  generations: ReadonlyMap<string, number>
}

export function compareBodies(recorded: unknown, answered: unknown, comparison: Comparison): Difference[] {
  const { path, unseen, generations } = comparison
  if (typeof recorded === 'string' && recorded.startsWith('[not stored: ')) return []
  const ordered = isPage(recorded, path) ? recorded : inKeyOrder(withoutUnseen(recorded, unseen))
  const [common, ours] =
    path?.namespace === undefined && path?.name === undefined
      ? shared(ordered, answered)
      : [ordered, withoutUnseen(answered, unseen)]
  return differences(
    normalize(withoutAges(common), comparison),
    normalize(withoutAges(withRecordedGenerations(ours, generations)), comparison),
    'body',
  ).filter(({ recorded: theirs }) => !(typeof theirs === 'string' && theirs.includes('<memory>')))
}

function withoutUnseen(body: unknown, unseen: ReadonlySet<string>): unknown {
  if (!isObject(body) || !Array.isArray(body['rows']) || unseen.size === 0) return body
  const rows = (body['rows'] as Json[]).filter((row) => !unseen.has(nameOfRow(row)))
  return { ...body, rows }
}

function withRecordedGenerations(body: unknown, generations: ReadonlyMap<string, number>): unknown {
  if (!isObject(body)) return body
  if (Array.isArray(body['items']))
    return { ...body, items: body['items'].map((item) => withRecordedGenerations(item, generations)) }
  if (Array.isArray(body['rows'])) {
    const rows = (body['rows'] as Json[]).map((row) => ({
      ...row,
      object: withRecordedGenerations(row['object'], generations),
    }))
    return { ...body, rows }
  }
  if (!isObject(body['metadata'])) return body
  const { uid, generation } = body['metadata']
  const ahead = generations.get(String(uid))
  if (!ahead || typeof generation !== 'number') return body
  return { ...body, metadata: { ...body['metadata'], generation: generation + ahead } }
}

/** A page of a list; which items it has depends on the store's order. */
export function isPage(body: unknown, path: ResourcePath | undefined): boolean {
  const metadata = isObject(body) && isObject(body['metadata']) ? body['metadata'] : {}
  return Boolean(path?.query.get('continue')) || Boolean(metadata['continue'])
}

/** Cluster-wide lists contain objects of either cluster's own: compares only the common items. */
function shared(recorded: unknown, answered: unknown): [unknown, unknown] {
  if (!isObject(recorded) || !isObject(answered)) return [recorded, answered]
  const list = ['items', 'rows'].find((name) => Array.isArray(recorded[name]) && Array.isArray(answered[name]))
  if (!list) return [recorded, answered]
  const names = (body: Json) => new Set((body[list] as unknown[]).map(keyOf))
  const [theirs, ours] = [names(recorded), names(answered)]
  return [
    { ...recorded, [list]: (recorded[list] as unknown[]).filter((item) => ours.has(keyOf(item))) },
    { ...answered, [list]: (answered[list] as unknown[]).filter((item) => theirs.has(keyOf(item))) },
  ]
}

function parseYaml(text: string): unknown {
  try {
    return load(text)
  } catch {
    return text
  }
}

export function parseBody(text: unknown): unknown {
  if (typeof text !== 'string') return text
  if (/^\w+: /.test(text)) return parseYaml(text)
  if (!/^[[{"]/.test(text)) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
