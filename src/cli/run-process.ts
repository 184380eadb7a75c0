import { setMaxListeners } from 'node:events'
import { run } from './run.ts'
import { processTerminal } from './terminal.ts'

/** Runs the command line of this process and leaves its exit code. A second Ctrl-C ends at once. */
export async function runProcess(): Promise<void> {
  const interrupted = new AbortController()
  // every request under way listens: that many are no leak
  setMaxListeners(0, interrupted.signal)
  const interrupt = () => {
    if (interrupted.signal.aborted) process.exit(130)
    interrupted.abort(new Error('interrupted'))
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  process.stdout.on('error', leaveWhenNobodyReads)
  process.exitCode = await run(process.argv.slice(2), processTerminal(interrupted.signal))
  process.off('SIGINT', interrupt)
  process.off('SIGTERM', interrupt)
}

/** `drover … | head` closes the pipe early: not a failure to report. */
function leaveWhenNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
}
