import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Terminal } from '../terminal.ts'

/**
 * Folder of the embedded cluster and the certificates: --data, DROVER_DATA, or `drover` in the user's data folder
 * (XDG).
 */
export function dataDirectory(flag: string | undefined, { env, cwd }: Pick<Terminal, 'env' | 'cwd'>): string {
  const given = flag ?? env['DROVER_DATA']
  if (given) return resolve(cwd, given)
  return join(env['XDG_DATA_HOME'] || join(env['HOME'] || homedir(), '.local/share'), 'drover')
}
