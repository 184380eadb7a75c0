import { setTimeout as delay } from 'node:timers/promises'
import { httpRequest, type Fetch, type HttpResponse } from '../model/http.ts'
import { imageRepository, type ImageReference } from '../model/image-reference.ts'
import { parseChallenge, type Challenge } from './challenge.ts'
import { identityUser, type Credential } from './docker-config.ts'

export interface AskOptions {
  fetch: Fetch
  /** Called with the canonical repository, such as `docker.io/library/nginx`. */
  credentialFor?: (repository: string) => Promise<Credential | undefined>
  /** Hosts to contact over plain http. */
  plainHttp?: readonly string[]
  /** Mirror per registry host. The registry itself is asked if its mirror does not have the image. */
  mirrors?: Readonly<Record<string, string>>
  signal?: AbortSignal | undefined
  /** Longest total wait for Retry-After on 429, in ms. Default 0: do not wait. */
  maxRetryWait?: number
  /** Default: a timer. Tests pass their own. */
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>
}

export interface Answered {
  /** The registry's answer as text. */
  message: string
  /** Remaining pulls, if the registry limits them. */
  pullsLeft?: number
}

/** `unknown`: the registry could not be reached or gave no usable answer. */
export type Refusal = Answered & { answer: 'absent' | 'unauthorised' | 'unknown' }

type Session = (method: 'GET' | 'HEAD', url: string) => Promise<HttpResponse>

interface OpenedSession {
  host: string
  /** `https://registry.example/v2/shop/web` */
  root: string
  session: Session
}

/**
 * Starts a session for one repository at a registry or mirror (`mirror.example/prefix`). A challenge is answered once
 * and its token reused. `accept`: the supported media types.
 */
export function openSession(
  place: string,
  reference: ImageReference,
  options: AskOptions,
  accept: readonly string[],
): OpenedSession {
  const [host = '', ...prefix] = place.split('/')
  const scheme = options.plainHttp?.includes(host) ? 'http' : 'https'
  const name = [...prefix, reference.path].join('/')
  const root = `${scheme}://${host === 'docker.io' ? 'registry-1.docker.io' : host}/v2/${name}`
  const repository = imageRepository({ ...reference, domain: host, path: name })
  return { host, root, session: sessionFor(repository, name, options, accept.join(', ')) }
}

function sessionFor(
  repository: string,
  name: string,
  { fetch, credentialFor, signal, maxRetryWait = 0, sleep = wait }: AskOptions,
  accept: string,
): Session {
  let authorization: string | undefined
  const send = async (method: 'GET' | 'HEAD', url: string): Promise<HttpResponse> => {
    for (let left = maxRetryWait; ;) {
      const response = await fetchFollowing({ fetch, method, url, accept, authorization, signal })
      const pause = response.status === 429 ? retryAfter(response) : undefined
      if (pause === undefined || pause > left) return response
      await sleep(pause, signal)
      left -= pause
    }
  }
  return async (method, url) => {
    const first = await send(method, url)
    const challenge = first.status === 401 ? parseChallenge(first.headers.get('www-authenticate')) : undefined
    if (!challenge) return first
    const credential = await credentialFor?.(repository)
    const answer = await authorize({ challenge, credential, url, name, fetch, signal })
    if (answer === undefined || answer === authorization) return first
    authorization = answer
    return send(method, url)
  }
}

/** At least one second: a registry that always says 0 must not be polled in a loop. */
function retryAfter({ headers }: HttpResponse): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) ? Math.max(1, seconds) * 1000 : undefined
}

async function wait(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, signal ? { signal } : {})
}

interface AuthorizeOptions {
  challenge: Challenge
  credential: Credential | undefined
  url: string
  name: string
  fetch: Fetch
  signal: AbortSignal | undefined
}

async function authorize(options: AuthorizeOptions): Promise<string | undefined> {
  const { challenge, credential, url, name, fetch, signal } = options
  if (challenge.scheme === 'basic') return credential && basic(credential)
  const { realm = '', service, scope = `repository:${name}:pull` } = challenge.parameters
  if (!URL.canParse(realm)) return undefined
  const address = new URL(realm)
  // never send a credential in the clear, unless the registry itself is plain http
  if (address.protocol !== 'https:' && new URL(url).protocol === 'https:') return undefined
  const identity = credential?.username === identityUser
  if (service !== undefined) address.searchParams.set('service', service)
  address.searchParams.set('scope', scope)
  const body = identity ? refreshForm(credential.password, address.searchParams) : null
  if (identity) address.search = ''
  const headers = identity
    ? { 'content-type': 'application/x-www-form-urlencoded' }
    : { ...(credential && { authorization: basic(credential) }) }
  const request = { method: identity ? 'POST' : 'GET', headers, body, ...(signal && { signal }) }
  const response = await fetch(httpRequest(address.href, request))
  if (!response.ok) return undefined
  const { token, access_token: access } = (await response.json()) as { token?: string; access_token?: string }
  return (token ?? access) ? `Bearer ${token ?? access}` : undefined
}

/** Exchanges an identity token as a refresh token (OAuth form of the token specification). */
function refreshForm(token: string, asked: URLSearchParams): string {
  const form = new URLSearchParams(asked)
  form.set('grant_type', 'refresh_token')
  form.set('refresh_token', token)
  form.set('client_id', 'drover')
  return form.toString()
}

function basic({ username, password }: Credential): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

const maxRedirects = 3

interface FetchOptions {
  fetch: Fetch
  method: 'GET' | 'HEAD'
  url: string
  accept: string
  authorization: string | undefined
  signal: AbortSignal | undefined
}

/** Follows redirects to the registry's storage; the credential is sent only to the original host. */
async function fetchFollowing({
  fetch,
  method,
  url,
  accept,
  authorization,
  signal,
}: FetchOptions): Promise<HttpResponse> {
  let at = url
  for (let hops = 0; ; hops++) {
    const own = new URL(at).host === new URL(url).host
    const headers = { accept, ...(authorization !== undefined && own && { authorization }) }
    const response = await fetch(httpRequest(at, { method, headers, body: null, ...(signal && { signal }) }))
    const to = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || to === null || hops >= maxRedirects) return response
    const next = new URL(to, at)
    if (next.protocol === 'http:' && new URL(at).protocol === 'https:') return response
    at = next.href
  }
}

/** Translates an unsuccessful response; undefined if successful. */
export function refusal(host: string, response: HttpResponse): Refusal | undefined {
  const { status } = response
  if (response.ok) return undefined
  if (status === 404) return { answer: 'absent', message: `${host} does not have it` }
  if (status === 401 || status === 403) return { answer: 'unauthorised', message: `${host} denied access (${status})` }
  const later = response.headers.get('retry-after')
  const when = later === null ? '' : ` (retry after ${later} s)`
  const why = status === 429 ? `${host} refused: too many requests${when}` : `${host} answered ${status}`
  return { answer: 'unknown', message: why, ...pulls(response) }
}

/** Parses Docker Hub's `100;w=21600`. */
export function pulls({ headers }: HttpResponse): { pullsLeft?: number } {
  const left = Number.parseInt(headers.get('ratelimit-remaining') ?? '', 10)
  return Number.isNaN(left) ? {} : { pullsLeft: left }
}
