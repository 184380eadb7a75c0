import { DroverError, type ErrorCode } from '../../model/errors.ts'
import { StatusError } from '../../model/status.ts'

/** HTTP statuses of Kubernetes as our codes; others go by their first digit. */
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

/** Translates every refusal of Kubernetes into a DroverError with the same message. */
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
