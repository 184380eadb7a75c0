import { exitCodes, type ExitCode } from '../exit-codes.ts'
import type { Terminal } from '../terminal.ts'
import { version } from '../version.ts'

export async function printVersion({ out }: Terminal): Promise<ExitCode> {
  out(`drover ${version} (node ${process.versions.node}, ${process.platform}-${process.arch})\n`)
  return exitCodes.done
}
