import { DroverError } from '../model/errors.ts'

export interface ProgramOptions {
  env: Readonly<Record<string, string | undefined>>
  /** Aborting ends the program. */
  signal?: AbortSignal | undefined
  /** ms. */
  timeout: number
  /** For its standard input. */
  input?: string
}

/** How a program ended. `late`: it did not, and was ended by us. */
export interface ProgramEnd {
  code: number | null
  stdout: string
  stderr: string
  late: boolean
}

const longestOutput = 1024 * 1024
/** How long (ms) a program that has ended may leave its output open to what it started. */
const lingering = 500

/**
 * Runs a program in a process group of its own: where it takes too long, what it started ends with it. Raises NOT_FOUND where
 * there is no such program, INVALID where it cannot be run, and the signal's reason.
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  { env, signal, timeout, input }: ProgramOptions,
): Promise<ProgramEnd> {
  signal?.throwIfAborted()
  const { spawn } = await import('node:child_process')
  const child = spawn(command, args, {
    env: { ...env },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  })
  const text = { stdout: '', stderr: '' }
  const endAll = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // the group is gone, or this system has none
      child.kill('SIGKILL')
    }
  }
  let late = false
  const timer = setTimeout(() => {
    late = true
    endAll()
  }, timeout)
  signal?.addEventListener('abort', endAll, { once: true })
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk
      if (text[name].length > longestOutput) endAll()
    })
  }
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  try {
    const code = await new Promise<number | null>((done, refuse) => {
      child.once('error', (error: NodeJS.ErrnoException) =>
        refuse(new DroverError(error.code === 'ENOENT' ? 'NOT_FOUND' : 'INVALID', error.message, { cause: error })),
      )
      child.once('close', done)
      child.once('exit', (ended) => setTimeout(() => done(ended), lingering).unref())
    })
    signal?.throwIfAborted()
    return { code, ...text, late }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', endAll)
    for (const stream of [child.stdout, child.stderr]) stream.destroy()
  }
}
