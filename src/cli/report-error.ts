import { DroverError, type ErrorCode } from '../model/errors.ts'
import { StatusError } from '../model/status.ts'
import { exitCodeOf, exitCodes, type ExitCode } from './exit-codes.ts'
import type { Terminal } from './terminal.ts'

/** What to do next, unless the error itself says so. */
const hints: Partial<Record<ErrorCode, string>> = {
  UNTRUSTED:
    'pass --ca-file FILE with the CA that signed its certificate, or --pin sha256:… with its fingerprint, compared with the ' +
    'server’s own first; --insecure skips verification',
  UNAUTHENTICATED: 'the key may be wrong, expired or deleted; `drover keys create --username NAME` creates a new one',
  FORBIDDEN:
    'the key is valid but lacks this permission; it may belong to another user, or be limited to another cluster or project',
  CORRUPT: 'nothing was changed; restore the folder from a backup, or start with another --data DIR',
}

/** Prints why a command failed and what to do next. Any error that is not ours is a bug. */
export function reportError(error: unknown, { err, env }: Terminal): ExitCode {
  if (error instanceof DroverError) {
    err(`error: ${error.message}\n`)
    const hint = error.hint ?? hints[error.code]
    if (hint !== undefined) err(`hint: ${hint}\n`)
    return exitCodeOf[error.code]
  }
  if (error instanceof StatusError) {
    err(`error: Kubernetes answered ${error.code} ${error.reason}: ${error.message}\n`)
    return exitCodes.unreachable
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  err(`error: ${message}\nThis is a bug in drover. Please report it with the command (without keys)`)
  err(env['DROVER_DEBUG'] ? `:\n${stack}\n` : ' and what it prints under DROVER_DEBUG=1.\n')
  return exitCodes.failed
}
