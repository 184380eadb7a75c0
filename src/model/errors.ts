/**
 * Every failure that Drover raises on purpose, by code. Anything else that escapes is a bug of ours.
 * The edges translate by complete tables: `cli` to exit codes, `rancher` to v3 errors.
 */
export type ErrorCode =
  /** The caller's input is wrong; the message names the field and what would be right. */
  | 'INVALID'
  /** Understood, and not served; named rather than faked. */
  | 'UNSUPPORTED'
  /** A cluster, project, namespace, workload, container, key or revision that is not there. */
  | 'NOT_FOUND'
  /** More than one thing fits; the message lists the candidates. */
  | 'AMBIGUOUS'
  /** Somebody else changed the same thing meanwhile. */
  | 'CONFLICT'
  /** A precondition of the change does not hold; nothing was changed. */
  | 'REFUSED'
  /** No credentials, or wrong or expired ones. */
  | 'UNAUTHENTICATED'
  /** The credentials are good and may not do this. */
  | 'FORBIDDEN'
  /** The server's certificate is not trusted. */
  | 'UNTRUSTED'
  /** No answer, or none that makes sense. */
  | 'UNREACHABLE'
  /** The server answered with a failure of its own. */
  | 'SERVER'
  /** A data folder in use by another process. */
  | 'LOCKED'
  /** A data folder that cannot be read as one of ours. */
  | 'CORRUPT'

export class DroverError extends Error {
  override readonly name = 'DroverError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
