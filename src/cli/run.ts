import { CommanderError } from 'commander'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { buildProgram } from './program.ts'
import { reportError } from './report-error.ts'
import type { Terminal } from './terminal.ts'

/** Runs one command line (without `node drover`), and gives its exit code. Never rejects. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done
  const words = asFlag(argv)
  const [word] = words
  const completes = word === 'completion' || word === 'complete'
  const program = buildProgram(terminal, (code) => (exitCode = code), completes ? undefined : word)
  try {
    if (completes) (await import('./completion.ts')).addCompletion(program)
    await program.parseAsync(words, { from: 'user' })
    return exitCode
  } catch (error) {
    // Commander has said what is wrong (or printed the help that was asked for).
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    if (terminal.signal.aborted) return exitCodes.interrupted
    return reportError(error, terminal)
  }
}

/** `help set image` as `set image --help`: Commander's own help command knows one level. */
function asFlag(argv: readonly string[]): readonly string[] {
  const [first, ...command] = argv
  return first === 'help' && command.length > 0 ? [...command, '--help'] : argv
}
