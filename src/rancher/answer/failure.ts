import { DroverError, type ErrorCode } from '../../model/errors.ts'
import { StatusError } from '../../model/status.ts'

/** Every v3 error code with its HTTP status, in norman's spelling (including `MethodNotAllow`). */
export const v3Codes = {
  Unauthorized: 401,
  PermissionDenied: 403,
  Forbidden: 403,
  NotFound: 404,
  ActionNotAvailable: 404,
  MethodNotAllow: 405,
  AlreadyExists: 409,
  Conflict: 409,
  PreconditionFailed: 412,
  RequestEntityTooLarge: 413,
  InvalidDateFormat: 422,
  InvalidFormat: 422,
  InvalidReference: 422,
  NotNullable: 422,
  NotUnique: 422,
  MinLimitExceeded: 422,
  MaxLimitExceeded: 422,
  MinLengthExceeded: 422,
  MaxLengthExceeded: 422,
  InvalidOption: 422,
  InvalidCharacters: 422,
  MissingRequired: 422,
  InvalidCSRFToken: 422,
  InvalidAction: 422,
  InvalidBodyContent: 422,
  InvalidType: 422,
  InvalidState: 422,
  TooManyRequests: 429,
  ServerError: 500,
  NotImplemented: 501,
  ClusterUnavailable: 503,
} as const satisfies Record<string, number>

export type V3Code = keyof typeof v3Codes

interface FailureOptions extends ErrorOptions {
  fieldName?: string | undefined
  /** Only if the recorded status is not the code's own. */
  status?: number
}

/** A v3 refusal. The message is returned to the caller; the cause is only logged. */
export class V3Error extends Error {
  override readonly name = 'V3Error'
  readonly code: string
  readonly status: number
  readonly fieldName: string | undefined

  constructor(code: V3Code, message = '', { fieldName, status, cause }: FailureOptions = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.status = status ?? v3Codes[code]
    this.fieldName = fieldName
  }

  /** norman's format for an error nested in another message: `field=Code 422: message`. */
  override toString(): string {
    const text = `${this.code} ${this.status}: ${this.message}`
    return this.fieldName === undefined ? text : `${this.fieldName}=${text}`
  }
}

/** The body of an error response. */
export interface ErrorBody {
  baseType: 'error'
  code: string
  fieldName?: string
  message: string
  status: number
  type: 'error'
}

const droverCodes: Record<ErrorCode, V3Code> = {
  INVALID: 'InvalidFormat',
  UNSUPPORTED: 'NotImplemented',
  NOT_FOUND: 'NotFound',
  AMBIGUOUS: 'InvalidReference',
  CONFLICT: 'Conflict',
  REFUSED: 'InvalidState',
  UNAUTHENTICATED: 'Unauthorized',
  FORBIDDEN: 'PermissionDenied',
  UNTRUSTED: 'ServerError',
  UNREACHABLE: 'ServerError',
  SERVER: 'ServerError',
  LOCKED: 'ServerError',
  CORRUPT: 'ServerError',
}

/**
 * The only place where errors become v3 errors. A Kubernetes Status keeps its reason, code and message; anything
 * unexpected is a 500 that does not reveal its cause.
 */
export function errorBody(error: unknown): ErrorBody {
  if (error instanceof V3Error) return body(error.code, error.status, error.message, error.fieldName)
  if (error instanceof StatusError) return body(error.reason || 'ServerError', error.code, error.message)
  if (error instanceof DroverError) {
    const code = droverCodes[error.code]
    return body(code, v3Codes[code], error.message)
  }
  return body('ServerError', 500, 'Internal error')
}

function body(code: string, status: number, message: string, fieldName?: string): ErrorBody {
  return {
    baseType: 'error',
    code,
    ...(fieldName === undefined ? {} : { fieldName }),
    message,
    status,
    type: 'error',
  }
}
