import type { Terminal } from './terminal.ts'

export interface TestingTerminal extends Terminal {
  /** What was written to standard output and standard error so far. */
  readonly written: { out: string; err: string }
}

/** A terminal for tests: nobody watches, no environment, nothing on standard input. */
export function testingTerminal(given: Partial<Terminal> = {}): TestingTerminal {
  const written = { out: '', err: '' }
  return {
    env: {},
    cwd: process.cwd(),
    signal: new AbortController().signal,
    live: false,
    columns: 120,
    rows: 40,
    color: false,
    now: Date.now,
    out: (text) => void (written.out += text),
    err: (text) => void (written.err += text),
    readInput: () => Promise.resolve(''),
    readSecret: () => Promise.resolve(''),
    ...given,
    written,
  }
}
