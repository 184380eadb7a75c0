/** A query string's parameters, in order, decoded once. Like Go, drops one with an invalid percent sequence. */
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
  const name = decode(at < 0 ? text : text.slice(0, at))
  const value = at < 0 ? '' : decode(text.slice(at + 1))
  return name === undefined || value === undefined ? [] : [[name, value]]
}

function decode(text: string): string | undefined {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    return undefined
  }
}
