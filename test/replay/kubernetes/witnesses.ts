import { isObject } from '../compare.ts'
import type { Json } from './knowledge.ts'
import type { ResourcePath } from './path.ts'
import type { Recording } from '../recording.ts'

interface Sighting {
  number: number
  object: Json
}

/** Their rows show later values: an event's count, a service's address. */
const moving: ReadonlySet<string> = new Set(['events', 'services'])

/** Every whole object in any recording, to rebuild those of which a response shows only a part. */
export class Witnesses {
  readonly #byName = new Map<string, Sighting[]>()
  readonly #ofCluster = new Map<string, Json>()

  constructor(recordings: readonly Recording[]) {
    for (const { content, number } of recordings) {
      const { body } = content.response ?? {}
      for (const object of shownIn(body) ?? (isObject(body) && isObject(body['metadata']) ? [body] : [])) {
        if (isWhole(object)) this.#add(number, object)
      }
    }
  }

  #add(number: number, object: Json): void {
    const { namespace = '', name = '', uid } = object['metadata'] as Partial<Record<string, string>>
    const kind = String(object['kind'])
    if (name === '' || uid === undefined) return
    const key = `${kind.toLowerCase()} ${namespace}/${name}`
    const known = this.#byName.get(key) ?? []
    this.#byName.set(key, [...known, { number, object }])
    if (kind === 'Node') this.#ofCluster.set(key, object)
  }

  /** What existed before the first exchange: the nodes. */
  ofCluster(): Json[] {
    return [...this.#ofCluster.values()]
  }

  /** The object that `part` belongs to: at that version, or the nearest in time. */
  find(path: ResourcePath, part: Json, number: number): Json | undefined {
    const { namespace = '', name = '', uid, resourceVersion } = part['metadata'] as Partial<Record<string, string>>
    const seen = kindsOf(path.resource).flatMap((kind) => this.#byName.get(`${kind} ${namespace}/${name}`) ?? [])
    const same = seen.filter(({ object }) => uid === undefined || (object['metadata'] as Json)['uid'] === uid)
    const exact = same.find(({ object }) => (object['metadata'] as Json)['resourceVersion'] === resourceVersion)
    const nearest = same.toSorted((a, b) => Math.abs(a.number - number) - Math.abs(b.number - number))[0]
    const found = exact ?? (moving.has(path.resource) ? undefined : nearest)
    if (!found) return undefined
    const whole = found.object['metadata'] as Json
    const metadata = uid === undefined ? whole : { ...(part['metadata'] as Json) }
    return { ...found.object, metadata }
  }
}

/** `ingresses` to `ingress`, `policies` to `policy`. */
function kindsOf(resource: string): string[] {
  return [resource, resource.replace(/s$/, ''), resource.replace(/es$/, ''), resource.replace(/ies$/, 'y')]
}

/** The objects of a list or table; for a table without objects, their names. */
export function shownIn(body: unknown): Json[] | undefined {
  if (!isObject(body)) return undefined
  if (Array.isArray(body['items'])) {
    const kind = String(body['kind']).replace(/List$/, '')
    return body['items'].filter(isObject).map((item) => ({ kind, apiVersion: body['apiVersion'], ...item }))
  }
  if (body['kind'] !== 'Table' || !Array.isArray(body['rows'])) return undefined
  return body['rows']
    .filter(isObject)
    .map((row) => (isObject(row['object']) ? row['object'] : { metadata: { name: nameOfRow(row) } }))
}

/** Without the object, the first cell is the name. */
export function nameOfRow({ cells, object }: Json): string {
  const { name } = (isObject(object) ? object['metadata'] : {}) as { name?: string }
  return name ?? String((cells as unknown[])[0])
}

export function isWhole({ kind }: Json): boolean {
  return typeof kind === 'string' && !/^(PartialObjectMetadata|Table|Status|Scale)/.test(kind) && !kind.endsWith('List')
}
