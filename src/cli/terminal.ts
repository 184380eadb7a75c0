import { DroverError } from '../model/errors.ts'

/** What a command may touch of the process: handed in, so that a test runs a command without one. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where relative paths start. */
  readonly cwd: string
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal
  /** Whether a person watches standard output, so that a view may be redrawn in place. */
  readonly live: boolean
  /** As they are now: a window may be resized. */
  readonly columns: number
  readonly rows: number
  /** Whether colours are wanted (NO_COLOR, FORCE_COLOR, a terminal). */
  readonly color: boolean
  readonly now: () => number
  /** To standard output: the answer that was asked for. */
  readonly out: (text: string) => void
  /** To standard error: warnings, errors, logs. */
  readonly err: (text: string) => void
  readonly readInput: () => Promise<string>
  /** Asks without showing what is typed; without a terminal, the first line of standard input. */
  readonly readSecret: (question: string) => Promise<string>
}

/** Of the process that this code runs in. */
export function processTerminal(signal: AbortSignal): Terminal {
  // standard error is opened when something is said there: that takes Node a millisecond
  const { env, stdout } = process
  const live = stdout.isTTY && env['TERM'] !== 'dumb' && !env['CI']
  return {
    env,
    cwd: process.cwd(),
    signal,
    live,
    get columns() {
      // a pseudo-terminal of a CI system may have no size: 0
      return stdout.columns || 80
    },
    get rows() {
      return stdout.rows || 24
    },
    color: !env['NO_COLOR'] && (Boolean(env['FORCE_COLOR']) || (stdout.isTTY && env['TERM'] !== 'dumb')),
    now: Date.now,
    out: (text) => void stdout.write(text),
    err: (text) => void process.stderr.write(text),
    readInput,
    async readSecret(question) {
      if (!process.stdin.isTTY) return (await readInput()).split(/\r?\n/, 1)[0] ?? ''
      process.stderr.write(question)
      return readHidden(signal)
    },
  }
}

async function readInput(): Promise<string> {
  const { stdin } = process
  let text = ''
  stdin.setEncoding('utf8')
  for await (const chunk of stdin) text += String(chunk)
  return text
}

/** A line from the terminal, which shows nothing of it. */
function readHidden(signal: AbortSignal): Promise<string> {
  const { stdin, stderr } = process
  stdin.setRawMode(true).setEncoding('utf8').resume()
  return new Promise<string>((resolve, reject) => {
    let text = ''
    stdin.on('data', (typed: string) => {
      for (const key of typed) {
        if (key === '\r' || key === '\n') return resolve(text)
        // a raw terminal leaves it to us to make a signal of Ctrl-C
        if (key === '\u0003') return process.kill(process.pid, 'SIGINT')
        if (key === '\u0004') return reject(new DroverError('INVALID', 'no password was given'))
        text = key === '\u007f' ? text.slice(0, -1) : text + key
      }
    })
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  }).finally(() => {
    stdin.setRawMode(false).pause().removeAllListeners('data')
    stderr.write('\n')
  })
}
