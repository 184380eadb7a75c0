/** A query string's parameters, in order, decoded once. Bad percent sequences are kept as they are. */
export class Query {
  readonly text: string
  readonly #pairs: [name: string, value: string][]

  constructor(text: string) {
    this.text = text
    this.#pairs = text === '' ? [] : text.split('&').flatMap(pair)
  }

  get(name: string): string | undefined {
    for (const [key, value] of this.#pairs) if (key === name) return value
    return undefined
  }

  all(name: string): string[] {
    return this.#pairs.filter(([key]) => key === name).map(([, value]) => value)
  }

  names(): string[] {
    return [...new Set(this.#pairs.map(([key]) => key))]
  }

  [Symbol.iterator](): Iterator<[string, string]> {
    return this.#pairs[Symbol.iterator]()
  }
}

function pair(text: string): [string, string][] {
  if (text === '') return []
  const at = text.indexOf('=')
  return at < 0 ? [[decode(text), '']] : [[decode(text.slice(0, at)), decode(text.slice(at + 1))]]
}

function decode(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced
  }
}
