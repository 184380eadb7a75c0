import { isObject } from '../compare.ts'
import { parseResourcePath } from './path.ts'
import type { Recording } from '../recording.ts'

export type Json = Record<string, unknown>

/** The last recorded state of an object, or its absence. */
export type Known = { object: Json } | 'absent'

/** The state of each object, by path, according to the recordings so far. */
export class Knowledge {
  readonly #known = new Map<string, Known>()

  get(path: string): Known | undefined {
    return this.#known.get(path)
  }

  /** Records the state that a response shows. */
  learn({ content }: Recording): void {
    const { request, response } = content
    if (!request || !response) return
    const path = parseResourcePath(request.path)
    if (!path || path.query.get('dryRun')) return
    const { body, status } = response
    for (const [where, object] of Object.entries((content['kubernetes_after'] ?? {}) as Json))
      this.#learnAt(where, object)
    if (!isObject(body)) return
    if (Array.isArray(body['items']) && body['kind'] !== 'Table') this.#learnList(path.prefix, path.resource, body)
    else if (body['kind'] === 'Scale') this.#learnScale(path.object, body)
    else if (body['kind'] === 'Status') this.#learnStatus(request.method, path.object, status)
    else this.#learnObject(path.object ?? path.collection, path.object === undefined, body)
  }

  #learnAt(where: string, object: unknown): void {
    if (!isObject(object) || Array.isArray(object['items'])) return
    this.#known.set(where, object['kind'] === 'Status' ? 'absent' : { object })
  }

  #learnObject(where: string, isCollection: boolean, object: Json): void {
    const metadata = object['metadata']
    if (!isObject(metadata) || typeof metadata['name'] !== 'string' || metadata['uid'] === undefined) return
    if (!/^(Table|PartialObjectMetadata)/.test(String(object['kind']))) {
      this.#known.set(isCollection ? `${where}/${metadata['name']}` : where, { object })
    }
  }

  #learnScale(where: string | undefined, scale: Json): void {
    const known = where === undefined ? undefined : this.#known.get(where)
    if (!where || !known || known === 'absent') return
    const spec = { ...(known.object['spec'] as Json), replicas: (scale['spec'] as Json)['replicas'] ?? 0 }
    const { resourceVersion } = scale['metadata'] as Json
    this.#known.set(where, {
      object: { ...known.object, spec, metadata: { ...(known.object['metadata'] as Json), resourceVersion } },
    })
  }

  #learnStatus(method: string, where: string | undefined, status: number): void {
    if (where && ((method === 'DELETE' && status === 200) || status === 404)) this.#known.set(where, 'absent')
  }

  #learnList(prefix: string, resource: string, list: Json): void {
    const kind = String(list['kind']).replace(/List$/, '')
    for (const item of (list['items'] as unknown[]).filter(isObject)) {
      const { namespace, name, uid } = (item['metadata'] ?? {}) as Partial<Record<string, string>>
      if (!name || !uid || kind === 'PartialObjectMetadata') continue
      const scope = namespace === undefined ? '' : `/namespaces/${namespace}`
      const object = { kind, apiVersion: list['apiVersion'], ...item }
      this.#known.set(`${prefix}${scope}/${resource}/${name}`, { object })
    }
  }
}
