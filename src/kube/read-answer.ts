import { DroverError } from '../model/errors.ts'
import type { HttpRequest, HttpResponse } from '../model/http.ts'
import { StatusError, type Status } from '../model/status.ts'

/** The part of a request that error messages quote. */
export type RequestLine = Pick<HttpRequest, 'method' | 'url'>

/**
 * Parses a JSON response. Raises StatusError if Kubernetes refused, DroverError if something else answered: a proxy's
 * page, a login form, a Rancher that refused before Kubernetes saw the request.
 */
export async function readAnswer(request: RequestLine, response: HttpResponse): Promise<unknown> {
  return parseAnswer(request, response, await response.text())
}

/** Like `readAnswer`, for a body that has been read already. */
export function parseAnswer(request: RequestLine, response: HttpResponse, text: string): unknown {
  const value = parse(text)
  if (isFailure(value)) throw new StatusError(value)
  if (!response.ok) throw unexpected(request, response, text, value)
  if (value === undefined) throw notJson(request, response, text)
  return value
}

/**
 * For responses whose body is read later (watches, logs): raises as `readAnswer` does, and leaves a successful body
 * unread.
 */
export async function refuseFailure(request: RequestLine, response: HttpResponse): Promise<void> {
  if (!response.ok) await readAnswer(request, response)
}

/** `GET https://host/path`, without user info and query, which do not belong in a log. */
export function describe({ method, url }: RequestLine): string {
  const { origin, pathname } = new URL(url)
  return `${method} ${origin}${pathname}`
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isFailure(value: unknown): value is Status {
  if (typeof value !== 'object' || value === null) return false
  const { kind, status } = value as Partial<Status>
  return kind === 'Status' && status === 'Failure'
}

/** Failures that are not a Kubernetes Status: from Rancher, its tunnel, a gateway. */
function unexpected(request: RequestLine, response: HttpResponse, text: string, value: unknown): DroverError {
  const said = messageOf(value) ?? excerpt(response, text)
  const what = `${describe(request)} returned ${response.status}: ${said}`
  if (response.status === 400 && said.includes('HTTP request to an HTTPS server')) return plainHttp(request)
  switch (response.status) {
    case 401:
      return new DroverError('UNAUTHENTICATED', what)
    case 403:
      return new DroverError('FORBIDDEN', what)
    case 404:
      return new DroverError('NOT_FOUND', what)
    case 409:
      return new DroverError('CONFLICT', what)
    case 502:
    case 503:
    case 504:
      return new DroverError('UNREACHABLE', what)
    case 500:
      return new DroverError(networkFailure.test(said) ? 'UNREACHABLE' : 'SERVER', what)
    default:
      return response.status >= 300 && response.status < 400
        ? new DroverError('UNREACHABLE', `${describe(request)} was redirected to ${response.headers.get('location')}`)
        : new DroverError(response.status >= 500 ? 'SERVER' : 'INVALID', what)
  }
}

/** Go's servers answer plain HTTP on a TLS port in this way. */
function plainHttp({ url }: RequestLine): DroverError {
  const { host } = new URL(url)
  return new DroverError('UNREACHABLE', `cannot reach ${host}: it speaks HTTPS; use https://${host}`)
}

/** A Rancher whose cluster is away passes on what Go says of its own request: `Get "https://…": dial tcp …`. */
const networkFailure = /^(Get|Post|Put|Patch|Delete) "?(https?:\/\/[^/"]*)?\/[^ "]*"?: /

export function notJson(request: RequestLine, response: HttpResponse, text: string): DroverError {
  const what = `${describe(request)} returned ${response.status} without JSON: ${excerpt(response, text)}`
  return new DroverError('UNREACHABLE', what)
}

/** Rancher writes `message`, its tunnel `Message`. */
function messageOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { message, Message } = value as { message?: unknown; Message?: unknown }
  return [message, Message].find((one) => typeof one === 'string' && one !== '') as string | undefined
}

const shown = 120

function excerpt(response: HttpResponse, text: string): string {
  const title = /<title[^>]*>([^<]*)/i.exec(text)?.[1]?.trim()
  if (/^\s*</.test(text)) return `an HTML page${title ? ` titled ${JSON.stringify(title)}` : ''}`
  const line = text.trim().replaceAll(/\s+/g, ' ')
  if (line === '') return 'an empty body'
  const type = response.headers.get('content-type') ?? 'no content type'
  return `${JSON.stringify(line.slice(0, shown))}${line.length > shown ? '…' : ''} (${type})`
}
