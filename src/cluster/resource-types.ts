import type { ResourceType } from './resource.ts'

/** The currently served resources: built-in ones and custom resources. */
export class ResourceTypes {
  readonly #byPath = new Map<string, ResourceType>()
  readonly #byKind = new Map<string, ResourceType>()
  #byBucket: ReadonlyMap<string, ResourceType> | undefined

  constructor(types: readonly ResourceType[]) {
    for (const type of types) this.add(type)
  }

  add(type: ResourceType): void {
    this.#byPath.set(`${groupVersion(type)}/${type.plural}`, type)
    this.#byKind.set(`${groupVersion(type)}/${type.kind}`, type)
    this.#byBucket = undefined
  }

  remove(type: ResourceType): void {
    this.#byPath.delete(`${groupVersion(type)}/${type.plural}`)
    this.#byKind.delete(`${groupVersion(type)}/${type.kind}`)
    this.#byBucket = undefined
  }

  at(apiVersion: string, plural: string): ResourceType | undefined {
    return this.#byPath.get(`${apiVersion}/${plural}`)
  }

  ofKind(apiVersion: string, kind: string): ResourceType | undefined {
    return this.#byKind.get(`${apiVersion}/${kind}`)
  }

  all(): ResourceType[] {
    return [...this.#byPath.values()]
  }

  /** One version each: the stored one, else the first. */
  stored(): ResourceType[] {
    return [...this.#buckets().values()]
  }

  ofBucket(bucket: string): ResourceType | undefined {
    return this.#buckets().get(bucket)
  }

  #buckets(): ReadonlyMap<string, ResourceType> {
    if (!this.#byBucket) {
      const stored = this.all().filter(({ storedAs }) => !storedAs)
      this.#byBucket = new Map(stored.map((type) => [bucketOf(type), type]))
    }
    return this.#byBucket
  }

  inVersion(apiVersion: string): ResourceType[] {
    return this.all().filter((type) => groupVersion(type) === apiVersion)
  }
}

/** `apps/v1`, `v1`. */
export function groupVersion({ group, version }: Pick<ResourceType, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`
}

/** The bucket of a resource, shared by its versions. */
export function bucketOf({ group, plural, storedAs }: ResourceType): string {
  if (storedAs) return bucketOf(storedAs.type)
  return group === '' ? plural : `${group}/${plural}`
}

export function keyOf(namespace: string | undefined, name: string): string {
  return namespace ? `${namespace}/${name}` : name
}
