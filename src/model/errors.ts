/**
 * Every failure Drover raises on purpose. Anything else that escapes is a bug. Complete tables translate the codes at
 * the edges: `cli` to exit codes, `rancher` to v3 errors.
 */
export type ErrorCode =
  /** Invalid input. The message names the field and what would be valid. */
  | 'INVALID'
  /** Understood but not supported; the message names the feature. */
  | 'UNSUPPORTED'
  /** A cluster, project, namespace, workload, container, key or revision does not exist. */
  | 'NOT_FOUND'
  /** Several candidates match; the message lists them. */
  | 'AMBIGUOUS'
  /** Somebody else changed the same thing concurrently. */
  | 'CONFLICT'
  /** A precondition failed; nothing was changed. */
  | 'REFUSED'
  /** Credentials are missing, wrong or expired. */
  | 'UNAUTHENTICATED'
  /** The credentials are valid but lack the permission. */
  | 'FORBIDDEN'
  /** The server's certificate is not trusted. */
  | 'UNTRUSTED'
  /** No response, or none that makes sense. */
  | 'UNREACHABLE'
  /** The server failed. */
  | 'SERVER'
  /** The data folder is in use by another process. */
  | 'LOCKED'
  /** The data folder is damaged or not Drover's. */
  | 'CORRUPT'

export interface DroverErrorOptions extends ErrorOptions {
  /** What to do next, if that depends on more than the code. */
  hint?: string
}

export class DroverError extends Error {
  override readonly name = 'DroverError'
  readonly code: ErrorCode
  readonly hint: string | undefined

  constructor(code: ErrorCode, message: string, options: DroverErrorOptions = {}) {
    super(message, options)
    this.code = code
    this.hint = options.hint
  }
}
