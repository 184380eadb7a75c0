/** The size may change between drawings. */
export interface Screen {
  readonly out: (text: string) => void
  readonly columns: number
  readonly rows: number
}

/**
 * The last lines of a terminal, redrawn in place. Lines are truncated to the terminal's width; lines beyond its height
 * are only counted, because scrolled-out lines cannot be erased.
 */
export class LiveRegion {
  readonly #screen: Screen
  #shown: readonly string[] = []

  constructor(screen: Screen) {
    this.#screen = screen
  }

  show(lines: readonly string[]): void {
    const { out, columns, rows } = this.#screen
    const shown = fit(lines, rows - 1).map((line) => cut(line, columns - 1))
    out(`${this.#up()}${shown.map((line) => `${line}\x1b[K\n`).join('')}\x1b[J`)
    this.#shown = shown
  }

  /** Writes permanent lines above the region. */
  print(lines: readonly string[]): void {
    this.#screen.out(`${this.#up()}\x1b[J${lines.map((line) => `${line}\n`).join('')}`)
    this.#shown = []
  }

  /** Moves up, counting lines that a narrower terminal has wrapped. */
  #up(): string {
    const { columns } = this.#screen
    const height = this.#shown.reduce((rows, line) => rows + Math.max(1, Math.ceil(widthOf(line) / columns)), 0)
    return height > 0 ? `\x1b[${height}A\r` : ''
  }
}

function fit(lines: readonly string[], rows: number): readonly string[] {
  if (lines.length <= rows) return lines
  const kept = Math.max(1, rows - 1)
  return [...lines.slice(0, kept), `    … and ${lines.length - kept} more`]
}

// oxlint-disable-next-line no-control-regex -- colours are control characters
const color = /(\x1b\[[\d;]*m)/

/** Wide characters (CJK) count as two. */
function charactersWidth(text: string): number {
  let width = 0
  for (const character of text) width += /[ᄀ-ᅟ⺀-꓏가-힣豈-﫿＀-｠]/.test(character) ? 2 : 1
  return width
}

function widthOf(line: string): number {
  return charactersWidth(
    line
      .split(color)
      .filter((piece) => !piece.startsWith('\x1b['))
      .join(''),
  )
}

/** Truncates to a visible width, with an ellipsis; colours count as zero and are reset. */
export function cut(line: string, width: number): string {
  if (widthOf(line) <= width) return line
  let room = width - 1
  let kept = ''
  for (const piece of line.split(color)) {
    if (piece.startsWith('\x1b[')) kept += piece
    else {
      for (const character of piece) {
        room -= charactersWidth(character)
        if (room < 0) break
        kept += character
      }
    }
  }
  return `${kept}…${line.includes('\x1b[') ? '\x1b[0m' : ''}`
}
