import { DroverError } from '../model/errors.ts'

export interface ProgramOptions {
  env: Readonly<Record<string, string | undefined>>
  /** Aborting kills the program. */
  signal?: AbortSignal | undefined
  /** Milliseconds. */
  timeout: number
  /** Written to standard input. */
  input?: string
}

/** How a program ended. `late`: it was killed after the timeout. */
export interface ProgramEnd {
  code: number | null
  stdout: string
  stderr: string
  timedOut: boolean
}

const maxOutput = 1024 * 1024
/** How long (ms) children may keep the output open after the program has exited. */
const outputGrace = 500

/**
 * Runs a program in a process group of its own, so that a timeout also kills its children. Raises NOT_FOUND if there is
 * no such program, INVALID if it cannot be run, and the signal's reason.
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
  const killGroup = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // the group is gone, or the platform has none
      child.kill('SIGKILL')
    }
  }
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    killGroup()
  }, timeout)
  signal?.addEventListener('abort', killGroup, { once: true })
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk
      if (text[name].length > maxOutput) killGroup()
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
      child.once('exit', (ended) => setTimeout(() => done(ended), outputGrace).unref())
    })
    signal?.throwIfAborted()
    return { code, ...text, timedOut }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', killGroup)
    for (const stream of [child.stdout, child.stderr]) stream.destroy()
  }
}
