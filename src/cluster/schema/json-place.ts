/** Where in a JSON text a decoder stopped: the offset of the first byte of the value at `path`, or undefined. */
export function findValue(source: string, path: readonly (string | number)[]): number | undefined {
  return new Finder(source).find(path)
}

/** As jsoniter, Kubernetes' decoder, quotes the place; `head` is the offset behind the last byte it has read. */
export function quotePlace(source: string, head: number): string {
  const bytes = Buffer.from(source)
  const end = Buffer.byteLength(source.slice(0, head))
  const near = bytes.subarray(Math.max(0, end - 10), end + 10).toString()
  const wide = bytes.subarray(Math.max(0, end - 50), end + 50).toString()
  return `error found in #${Math.min(10, end)} byte of ...|${near}|..., bigger context ...|${wide}|...`
}

/** Walks a text that is known to be JSON. */
class Finder {
  readonly #source: string
  #at = 0

  constructor(source: string) {
    this.#source = source
  }

  find(path: readonly (string | number)[]): number | undefined {
    this.#blanks()
    const [step, ...rest] = path
    if (step === undefined) return this.#at
    const start = this.#members(step)
    if (start === undefined) return undefined
    this.#at = start
    return this.find(rest)
  }

  /** The offset of the wanted member or item; the last one if a name is given twice. */
  #members(step: string | number): number | undefined {
    const isObject = this.#source[this.#at] === '{'
    let found: number | undefined
    let index = 0
    this.#at += 1
    for (;;) {
      this.#blanks()
      if (this.#at >= this.#source.length || '}]'.includes(this.#source.charAt(this.#at))) return found
      if (this.#source[this.#at] === ',') this.#at += 1
      this.#blanks()
      const name = isObject ? this.#name() : index
      index += 1
      if (name === step) found = this.#at
      this.#skip()
    }
  }

  #name(): string {
    const start = this.#at
    this.#string()
    const name = JSON.parse(this.#source.slice(start, this.#at)) as string
    this.#blanks()
    this.#at += 1
    this.#blanks()
    return name
  }

  #skip(): void {
    let depth = 0
    do {
      const character = this.#source.charAt(this.#at)
      if (character === '"') {
        this.#string()
        continue
      }
      if ('{['.includes(character)) depth += 1
      else if ('}]'.includes(character)) {
        if (depth === 0) return
        depth -= 1
      } else if (depth === 0 && ',: \n\r\t'.includes(character)) return
      this.#at += 1
    } while (this.#at < this.#source.length && !(depth === 0 && this.#ended()))
  }

  #ended(): boolean {
    return ',}] \n\r\t'.includes(this.#source.charAt(this.#at))
  }

  #string(): void {
    this.#at += 1
    while (this.#at < this.#source.length && this.#source[this.#at] !== '"') {
      this.#at += this.#source[this.#at] === '\\' ? 2 : 1
    }
    this.#at += 1
  }

  #blanks(): void {
    while (this.#at < this.#source.length && ' \n\r\t'.includes(this.#source.charAt(this.#at))) this.#at += 1
  }
}
