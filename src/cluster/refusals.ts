import { StatusError, type StatusDetails, type StatusReason } from '../model/status.ts'
import type { FieldError, ResourceType } from './resource.ts'

/** Kubernetes' refusals in its words. Each function returns the error for the caller to throw. */

function refuse(code: number, reason: StatusReason, message: string, details?: StatusDetails): StatusError {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message } as const
  return new StatusError({ ...status, ...(reason && { reason }), ...(details && { details }), code })
}

type Named = Pick<ResourceType, 'group' | 'plural'>

/** `deployments.apps`, `configmaps`. */
export function resourceName({ group, plural }: Named): string {
  return group === '' ? plural : `${plural}.${group}`
}

/** `Deployment.apps`, `ConfigMap`. */
export function kindName({ group, kind }: Pick<ResourceType, 'group' | 'kind'>): string {
  return group === '' ? kind : `${kind}.${group}`
}

function detailsOf({ group, plural }: Named, name: string): StatusDetails {
  return { ...(name !== '' && { name }), ...(group !== '' && { group }), kind: plural }
}

export function notFound(type: Named, name: string): StatusError {
  return refuse(404, 'NotFound', `${resourceName(type)} "${name}" not found`, detailsOf(type, name))
}

/** Supported by Kubernetes but not by the embedded cluster. */
export function notImplemented(why: string): StatusError {
  return refuse(501, '', why)
}

/** Nothing is served at the path of a known group. */
export function noSuchResource(): StatusError {
  return refuse(404, 'NotFound', 'the server could not find the requested resource', {})
}

export function alreadyExists(type: Named, name: string, terminating: boolean): StatusError {
  const text = `${resourceName(type)} "${name}" already exists`
  const message = terminating ? `object is being deleted: ${text}` : text
  return refuse(409, 'AlreadyExists', message, detailsOf(type, name))
}

const staleText = 'the object has been modified; please apply your changes to the latest version and try again'

export function conflict(type: Named, name: string, why = staleText): StatusError {
  const message = `Operation cannot be fulfilled on ${resourceName(type)} "${name}": ${why}`
  return refuse(409, 'Conflict', message, detailsOf(type, name))
}

/** As `conflict`, named by kind: the precondition of a deletion failed. */
export function preconditionFailed(type: ResourceType, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${kindName(type)} "${name}": ${why}`
  return refuse(409, 'Conflict', message, { name, ...(type.group !== '' && { group: type.group }), kind: type.kind })
}

export function forbidden(type: Named, name: string, why: string, causes?: StatusDetails['causes']): StatusError {
  const subject = name === '' ? resourceName(type) : `${resourceName(type)} "${name}"`
  return refuse(403, 'Forbidden', `${subject} is forbidden: ${why}`, {
    ...detailsOf(type, name),
    ...(causes && { causes }),
  })
}

/** An eviction that a disruption budget currently forbids; clients retry. */
export function wouldDisrupt(why: string): StatusError {
  const message = "Cannot evict pod as it would violate the pod's disruption budget."
  return refuse(429, 'TooManyRequests', message, { causes: [{ reason: 'DisruptionBudget', message: why }] })
}

export function severalBudgets(): StatusError {
  const message = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.'
  return refuse(500, '', message)
}

/** All errors of an object, or of a request's options (kind `ListOptions`, group `meta.k8s.io`). */
export function invalid(
  type: Pick<ResourceType, 'group' | 'kind'>,
  name: string,
  errors: readonly FieldError[],
): StatusError {
  const texts = [...new Set(errors.map(({ field, message }) => `${field}: ${message}`))]
  const text = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`
  return refuse(422, 'Invalid', `${kindName(type)} "${name}" is invalid: ${text}`, {
    ...(name !== '' && { name }),
    ...(type.group !== '' && { group: type.group }),
    kind: type.kind,
    causes: errors.map(({ reason, message, field }) => ({ reason, message, field })),
  })
}

export function badRequest(message: string): StatusError {
  return refuse(400, 'BadRequest', message)
}

/** A 500 without a reason, as Go's server answers when parsing fails in the storage layer. */
export function internalWithoutReason(message: string): StatusError {
  return refuse(500, '', message)
}

export function internalError(message: string): StatusError {
  return refuse(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] })
}

export function methodNotAllowed(): StatusError {
  const message = 'the server does not allow this method on the requested resource'
  return refuse(405, 'MethodNotAllowed', message, {})
}

const answerTypes = 'application/json, application/yaml, application/vnd.kubernetes.protobuf'

export function notAcceptable(types = answerTypes): StatusError {
  return refuse(406, 'NotAcceptable', `only the following media types are accepted: ${types}`)
}

/** The router's 406, without naming a supported type. */
export function noMediaType(): StatusError {
  return refuse(406, 'NotAcceptable', '406: Not Acceptable', {})
}

export function unsupportedMediaType(types = answerTypes): StatusError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${types}`
  return refuse(415, 'UnsupportedMediaType', message)
}

export function tooLarge(limit: number): StatusError {
  return refuse(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limit}`)
}

export function wrongMetadataForm(message: string): StatusError {
  return refuse(406, 'NotAcceptable', message)
}

/** The router's 415. */
export function noBodyType(): StatusError {
  return refuse(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {})
}

/** The requested history is compacted. */
export function expired(message: string): StatusError {
  return refuse(410, 'Expired', message)
}

export function futureVersion(asked: number, current: number): StatusError {
  const message = `Too large resource version: ${asked}, current: ${current}`
  return refuse(504, 'Timeout', `Timeout: ${message}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  })
}
