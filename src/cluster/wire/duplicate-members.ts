/**
 * Parses valid JSON as Kubernetes' decoder does if an object has duplicate members: the last scalar wins, objects are
 * merged. `value` is the result of `JSON.parse`, which is correct without duplicates.
 */
export function withDuplicates(text: string, value: unknown): unknown {
  // a string may look like a member; then the text is parsed again needlessly
  const looks = text.match(/"\s*:/g)?.length ?? 0
  return looks > countMembers(value) ? new MergingReader(text).read() : value
}

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const below = Object.values(value)
  let count = Array.isArray(value) ? 0 : below.length
  for (const member of below) count += countMembers(member)
  return count
}

type Members = Record<string, unknown>

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

class MergingReader {
  readonly #tokens: Iterator<RegExpMatchArray>

  constructor(text: string) {
    this.#tokens = text.matchAll(/[{}[\],:]|"(?:[^"\\]|\\.)*"|[^\s{}[\],:"]+/g)
  }

  read(token = this.#next()): unknown {
    if (token === '{') return this.#object()
    return token === '[' ? this.#list() : (JSON.parse(token) as unknown)
  }

  #next(): string {
    const { value } = this.#tokens.next() as IteratorResult<RegExpMatchArray, undefined>
    return value?.[0] ?? 'null'
  }

  #object(): Members {
    const members = new Map<string, unknown>()
    for (let token = this.#next(); token !== '}'; token = this.#next()) {
      if (token === ',') continue
      const name = JSON.parse(token) as string
      this.#next()
      members.set(name, merge(members.get(name), this.read()))
    }
    return Object.fromEntries(members)
  }

  #list(): unknown[] {
    const items: unknown[] = []
    for (let token = this.#next(); token !== ']'; token = this.#next()) {
      if (token !== ',') items.push(this.read(token))
    }
    return items
  }
}

function merge(first: unknown, second: unknown): unknown {
  if (!isMembers(first) || !isMembers(second)) return second
  const members = new Map(Object.entries(first))
  for (const [name, member] of Object.entries(second)) members.set(name, merge(members.get(name), member))
  return Object.fromEntries(members)
}
