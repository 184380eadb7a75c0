import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { DroverError } from '../model/errors.ts'
import type { Terminal } from './terminal.ts'

const problems: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
}

/** The text of a file named by the caller. `what` names it in messages: `key file drover.key`. Raises INVALID. */
export function readNamedFile(file: string, what: string, { cwd }: Pick<Terminal, 'cwd'>): string {
  try {
    return readFileSync(resolve(cwd, file), 'utf8')
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException
    throw new DroverError('INVALID', `cannot read ${what}: ${problems[code] ?? message}`, { cause })
  }
}

/** The same for PEM, for example certificates. */
export function readPemFile(file: string, what: string, terminal: Pick<Terminal, 'cwd'>): string {
  const text = readNamedFile(file, what, terminal)
  if (text.includes('-----BEGIN ')) return text
  throw new DroverError('INVALID', `${what} is not a PEM file: it has no line -----BEGIN …-----`)
}
