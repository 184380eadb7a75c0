/** What a command may touch of the process: handed in, so that a test runs a command without one. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where relative paths start. */
  readonly cwd: string
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal
  /** Whether a person watches standard output, so that a view may be redrawn in place. */
  readonly live: boolean
  readonly columns: number
  /** Whether colours are wanted (NO_COLOR, FORCE_COLOR, a terminal). */
  readonly color: boolean
  readonly now: () => number
  /** To standard output: the answer that was asked for. */
  out(text: string): void
  /** To standard error: warnings, errors, logs. */
  err(text: string): void
  readInput(): Promise<string>
}

/** Of the process that this code runs in. */
export function processTerminal(signal: AbortSignal): Terminal {
  const { env, stdout, stderr, stdin } = process
  const live = stdout.isTTY && env['TERM'] !== 'dumb' && !env['CI']
  return {
    env,
    cwd: process.cwd(),
    signal,
    live,
    columns: stdout.columns ?? 80,
    color: !env['NO_COLOR'] && (Boolean(env['FORCE_COLOR']) || (stdout.isTTY && env['TERM'] !== 'dumb')),
    now: Date.now,
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    async readInput() {
      let text = ''
      stdin.setEncoding('utf8')
      for await (const chunk of stdin) text += String(chunk)
      return text
    },
  }
}
