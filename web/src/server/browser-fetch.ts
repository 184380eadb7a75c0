import type { Fetch, HttpRequest, HttpResponse } from '../../../src/model/http.ts'
import { endSession } from '../session/session.ts'
import { csrfToken } from './csrf.ts'

/**
 * The Fetch that the library takes, on top of the browser's, with the session cookie and its CSRF token. When the
 * session has expired, the request waits for the next sign-in and is retried, which is safe because it was refused.
 */
export const browserFetch: Fetch = async (request) => {
  const body = request.method === 'GET' || request.method === 'HEAD' ? null : await request.text()
  const response = await ask(request, body)
  if (response.status !== 401) return response
  await endSession()
  return ask(request, body)
}

/** Does not wait for a sign-in. Used to find out whether there is a session. */
export async function ask(
  { url, method, headers, signal }: Pick<HttpRequest, 'url' | 'method' | 'headers' | 'signal'>,
  body: string | null,
): Promise<HttpResponse> {
  const sent = new Headers([...headers])
  if (!sent.has('accept')) sent.set('accept', 'application/json')
  if (method !== 'GET') sent.set('x-api-csrf', csrfToken())
  return fetch(url, { method, headers: sent, body, signal, credentials: 'same-origin', cache: 'no-store' })
}
