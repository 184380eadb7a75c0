/** The value of a JSON text. Raises what `refuse` makes of Go's reason not to accept it. */
export function parseJson(text: string, refuse: (problem: string) => Error): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw refuse(new Scanner(text).problem())
  }
}

/**
 * Why Go's encoding/json refuses a text, in its words; undefined when it accepts it. Found by a small scanner, because
 * V8's own messages differ and change between versions.
 */
export function goJsonProblem(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch {
    return new Scanner(text).problem()
  }
}

const end = 'unexpected end of JSON input'

class Problem extends Error {}

class Scanner {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  problem(): string {
    try {
      this.#value('looking for beginning of value')
      this.#blanks()
      if (this.#at < this.#text.length) this.#refuse('after top-level value')
      return end
    } catch (problem) {
      if (problem instanceof Problem) return problem.message
      throw problem
    }
  }

  #blanks(): void {
    while (/[ \t\r\n]/.test(this.#text.charAt(this.#at))) this.#at++
  }

  #refuse(context: string): never {
    const found = this.#text.charAt(this.#at)
    if (found === '') throw new Problem(end)
    throw new Problem(`invalid character ${quoted(found)} ${context}`)
  }

  #value(context: string): void {
    this.#blanks()
    const first = this.#text.charAt(this.#at)
    if (first === '{') return this.#object()
    if (first === '[') return this.#list()
    if (first === '"') return this.#string()
    if (/[-0-9]/.test(first)) return this.#number()
    for (const word of ['true', 'false', 'null']) if (first !== '' && word.startsWith(first)) return this.#word(word)
    this.#refuse(context)
  }

  #object(): void {
    this.#at++
    this.#blanks()
    if (this.#text.charAt(this.#at) === '}') return void this.#at++
    for (;;) {
      this.#blanks()
      if (this.#text.charAt(this.#at) !== '"') {
        this.#refuse('looking for beginning of object key string')
      }
      this.#string()
      this.#blanks()
      if (this.#text.charAt(this.#at) !== ':') this.#refuse('after object key')
      this.#at++
      this.#value('looking for beginning of value')
      this.#blanks()
      const next = this.#text.charAt(this.#at)
      if (next === '}') return void this.#at++
      if (next !== ',') this.#refuse('after object key:value pair')
      this.#at++
    }
  }

  #list(): void {
    this.#at++
    this.#blanks()
    if (this.#text.charAt(this.#at) === ']') return void this.#at++
    for (;;) {
      this.#value('looking for beginning of value')
      this.#blanks()
      const next = this.#text.charAt(this.#at)
      if (next === ']') return void this.#at++
      if (next !== ',') this.#refuse('after array element')
      this.#at++
    }
  }

  #string(): void {
    for (this.#at++; ; this.#at++) {
      const found = this.#text.charAt(this.#at)
      if (found === '' || found < ' ') this.#refuse('in string literal')
      if (found === '"') return void this.#at++
      if (found === '\\') this.#at++
    }
  }

  #number(): void {
    const number = /-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y
    number.lastIndex = this.#at
    const found = number.exec(this.#text)
    if (!found) {
      this.#at++
      this.#refuse('in numeric literal')
    }
    this.#at += found[0].length
  }

  #word(word: string): void {
    for (const [index, letter] of word.split('').entries()) {
      if (this.#text.charAt(this.#at) !== letter) this.#refuse(`in literal ${word} (expecting ${quoted(letter)})`)
      this.#at++
      if (index === word.length - 1) return
    }
  }
}

/** As Go prints the byte on which it stopped, which is the first one of a character beyond ASCII. */
function quoted(found: string): string {
  const [byte = 0] = Buffer.from(found)
  if ((byte > 0x7e && byte < 0xa1) || byte === 0xad) return `'\\${byte < 0x80 ? 'x' : 'u00'}${byte.toString(16)}'`
  const character = String.fromCharCode(byte)
  if (character === "'") return String.raw`'\''`
  if (character === '"') return `'"'`
  return `'${JSON.stringify(character).slice(1, -1)}'`
}
