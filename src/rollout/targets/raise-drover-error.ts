import { DroverError, type ErrorCode } from '../../model/errors.ts'
import { StatusError } from '../../model/status.ts'

/** Kubernetes' refusals in our codes, by HTTP status; the rest follow the status' first digit. */
const codes: Readonly<Record<number, ErrorCode>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'UNSUPPORTED',
  409: 'CONFLICT',
  410: 'SERVER',
  415: 'UNSUPPORTED',
  429: 'UNREACHABLE',
  503: 'UNREACHABLE',
  504: 'UNREACHABLE',
}

/** Runs a request of a target; raises DroverError for everything that Kubernetes refuses, with its own words. */
export async function raisingDroverErrors<T>(request: Promise<T>): Promise<T> {
  try {
    return await request
  } catch (error) {
    throw error instanceof StatusError ? toDroverError(error) : error
  }
}

export function toDroverError(error: StatusError): DroverError {
  const code = codes[error.code] ?? (error.code >= 500 ? 'SERVER' : 'INVALID')
  return new DroverError(code, error.message, { cause: error })
}
