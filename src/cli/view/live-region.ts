/** The last lines of a terminal, redrawn in place. Lines longer than the terminal are cut: a wrapped one could not be erased. */
export class LiveRegion {
  readonly #out: (text: string) => void
  readonly #columns: number
  #height = 0

  constructor(out: (text: string) => void, columns: number) {
    this.#out = out
    this.#columns = columns
  }

  show(lines: readonly string[]): void {
    const text = lines.map((line) => `${cut(line, this.#columns - 1)}\x1b[K\n`).join('')
    this.#out(`${this.#up()}${text}\x1b[J`)
    this.#height = lines.length
  }

  /** Writes lines that stay, above the region. */
  print(lines: readonly string[]): void {
    this.#out(`${this.#up()}\x1b[J${lines.map((line) => `${line}\n`).join('')}`)
    this.#height = 0
  }

  #up(): string {
    return this.#height > 0 ? `\x1b[${this.#height}A\r` : ''
  }
}

// oxlint-disable-next-line no-control-regex -- colours are control characters
const color = /(\x1b\[[\d;]*m)/

/** To a width of visible characters; colours take none and are ended. Wide characters (CJK) count two. */
export function cut(line: string, width: number): string {
  let visible = 0
  let kept = ''
  for (const piece of line.split(color)) {
    if (piece.startsWith('\x1b[')) kept += piece
    else {
      for (const character of piece) {
        visible += /[ᄀ-ᅟ⺀-꓏가-힣豈-﫿＀-｠]/.test(character) ? 2 : 1
        if (visible <= width) kept += character
      }
    }
  }
  return visible > width && line.includes('\x1b[') ? `${kept}\x1b[0m` : kept
}
