import { StatusError, type StatusReason } from '../../model/status.ts'

function failure(code: number, reason: StatusReason | undefined, message: string, details?: object): StatusError {
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === undefined ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code,
  })
}

/** 400: a patch that cannot be read. */
export function badPatch(message: string): StatusError {
  return failure(400, 'BadRequest', message)
}

/** 500 without a reason: what the API server does not expect of a patch. */
export function patchFailure(message: string): StatusError {
  return failure(500, undefined, message)
}

/** 422 for a JSON Patch of which any operation failed: Kubernetes tells no more. */
export function operationFailed(): StatusError {
  return failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {})
}

/** 422 for a patch whose result is no object of the kind; kind and name stay empty. `shown` is what the text quotes. */
export function unfitPatch(shown: string, problem: string): StatusError {
  const message = `Invalid value: ${JSON.stringify(shown)}: ${problem}`
  return failure(422, 'Invalid', ` "" is invalid: patch: ${message}`, {
    causes: [{ reason: 'FieldValueInvalid', message, field: 'patch' }],
  })
}

export function tooManyOperations(limit: number, count: number): StatusError {
  const text = `The allowed maximum operations in a JSON patch is ${limit}, got ${count}`
  return failure(413, 'RequestEntityTooLarge', `Request entity too large: ${text}`)
}

export interface ApplyConflict {
  /** As it is printed: `"m1"` or `"upd" using v1`. */
  manager: string
  /** Such as `.spec.replicas`. */
  field: string
}

/** 409: an apply would change fields that other managers own. Conflicts come grouped by manager. */
export function applyConflicts(conflicts: readonly ApplyConflict[]): StatusError {
  return failure(409, 'Conflict', conflictMessage(conflicts), {
    causes: conflicts.map(({ manager, field }) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${manager}`,
      field,
    })),
  })
}

function conflictMessage(conflicts: readonly ApplyConflict[]): string {
  const [first] = conflicts
  if (first && conflicts.length === 1) {
    return `Apply failed with 1 conflict: conflict with ${first.manager}: ${first.field}`
  }
  const lines = [...new Set(conflicts.map(({ manager }) => manager))].flatMap((manager) => [
    `conflicts with ${manager}:`,
    ...conflicts.filter((conflict) => conflict.manager === manager).map(({ field }) => `- ${field}`),
  ])
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`
}

/** 415: this kind takes only the `accepted` media types of patches. */
export function unsupportedPatch(accepted: readonly string[]): StatusError {
  const text = 'the body of the request was in an unknown format - accepted media types include:'
  return failure(415, 'UnsupportedMediaType', `${text} ${accepted.join(', ')}`)
}
