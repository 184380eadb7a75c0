import { setTimeout as delay } from 'node:timers/promises'
import { httpRequest, type Fetch, type HttpResponse } from '../model/http.ts'
import { imageRepository, type ImageReference } from '../model/image-reference.ts'
import { parseChallenge, type Challenge } from './challenge.ts'
import { identityUser, type Credential } from './docker-config.ts'

export interface AskOptions {
  fetch: Fetch
  /** For a repository in its one spelling (`docker.io/library/nginx`). */
  credentialFor?: (repository: string) => Promise<Credential | undefined>
  /** Hosts that speak plain http. */
  plainHttp?: readonly string[]
  /** Where to ask in place of a registry, by its host; the registry itself is asked where a mirror does not have it. */
  mirrors?: Readonly<Record<string, string>>
  signal?: AbortSignal | undefined
  /** A registry that was asked too much (429) and says when to come back is waited for so long (ms). Default 0: never. */
  longestPause?: number
  /** Waits; tests hand in their own. */
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>
}

export interface Answered {
  /** What the registry said, in words. */
  message: string
  /** Pulls that are left, where the registry counts them. */
  pullsLeft?: number
}

/** `unknown`: the registry could not be asked, or said nothing about it. */
export type Refusal = Answered & { answer: 'absent' | 'unauthorised' | 'unknown' }

type Session = (method: 'GET' | 'HEAD', url: string) => Promise<HttpResponse>

interface OpenedSession {
  host: string
  /** `https://registry.example/v2/shop/web` */
  root: string
  session: Session
}

/**
 * Requests to one repository at a registry or a mirror (`mirror.example/prefix`): a challenge is answered once, and what
 * answered it is kept. `accept`: the media types that are understood.
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
  { fetch, credentialFor, signal, longestPause = 0, sleep = wait }: AskOptions,
  accept: string,
): Session {
  let authorization: string | undefined
  const send = async (method: 'GET' | 'HEAD', url: string): Promise<HttpResponse> => {
    for (let left = longestPause; ;) {
      const response = await fetchFollowing({ fetch, method, url, accept, authorization, signal })
      const pause = response.status === 429 ? pauseAskedFor(response) : undefined
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

/** At least a second, so that a registry that says 0 for ever is not asked for ever. */
function pauseAskedFor({ headers }: HttpResponse): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) ? Math.max(1, seconds) * 1000 : undefined
}

async function wait(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, signal ? { signal } : {})
}

interface Asking {
  challenge: Challenge
  credential: Credential | undefined
  url: string
  name: string
  fetch: Fetch
  signal: AbortSignal | undefined
}

async function authorize(asking: Asking): Promise<string | undefined> {
  const { challenge, credential, url, name, fetch, signal } = asking
  if (challenge.scheme === 'basic') return credential && basic(credential)
  const { realm = '', service, scope = `repository:${name}:pull` } = challenge.parameters
  if (!URL.canParse(realm)) return undefined
  const address = new URL(realm)
  // a credential goes nowhere in the clear, unless the registry itself is asked in the clear
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

/** An identity token is exchanged as a refresh token (the token specification's OAuth form). */
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

const redirectsFollowed = 3

interface Sending {
  fetch: Fetch
  method: 'GET' | 'HEAD'
  url: string
  accept: string
  authorization: string | undefined
  signal: AbortSignal | undefined
}

/** Registries send clients to their storage; the credential stays with the host that asked for it. */
async function fetchFollowing({ fetch, method, url, accept, authorization, signal }: Sending): Promise<HttpResponse> {
  let at = url
  for (let hops = 0; ; hops++) {
    const own = new URL(at).host === new URL(url).host
    const headers = { accept, ...(authorization !== undefined && own && { authorization }) }
    const response = await fetch(httpRequest(at, { method, headers, body: null, ...(signal && { signal }) }))
    const to = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || to === null || hops >= redirectsFollowed) return response
    const next = new URL(to, at)
    if (next.protocol === 'http:' && new URL(at).protocol === 'https:') return response
    at = next.href
  }
}

/** What an answer other than success says; undefined where it is one. */
export function refusal(host: string, response: HttpResponse): Refusal | undefined {
  const { status } = response
  if (response.ok) return undefined
  if (status === 404) return { answer: 'absent', message: `${host} does not have it` }
  if (status === 401 || status === 403)
    return { answer: 'unauthorised', message: `${host} does not let us see it (${status})` }
  const later = response.headers.get('retry-after')
  const when = later === null ? '' : `, and asks to come back after ${later} s`
  const why = status === 429 ? `${host} refuses: too many requests${when}` : `${host} answered ${status}`
  return { answer: 'unknown', message: why, ...pulls(response) }
}

/** `100;w=21600`, as Docker Hub has it. */
export function pulls({ headers }: HttpResponse): { pullsLeft?: number } {
  const left = Number.parseInt(headers.get('ratelimit-remaining') ?? '', 10)
  return Number.isNaN(left) ? {} : { pullsLeft: left }
}
