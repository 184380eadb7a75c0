import type { Fetch, HttpRequest, HttpResponse } from '../../../src/model/http.ts'
import { endSession } from '../session/session.ts'
import { csrfToken } from './csrf.ts'

/**
 * The page's side of the seam: the same Fetch that the library takes, over the browser's own, with the session's cookie
 * and its CSRF proof. Where the session has ended, the request waits until the person has signed in again, and is then
 * made once more: it was refused, so nothing was done.
 */
export const browserFetch: Fetch = async (request) => {
  const body = request.method === 'GET' || request.method === 'HEAD' ? null : await request.text()
  const response = await ask(request, body)
  if (response.status !== 401) return response
  await endSession()
  return ask(request, body)
}

/** Without waiting for a sign-in: for asking whether there is a session at all. */
export async function ask(
  { url, method, headers, signal }: Pick<HttpRequest, 'url' | 'method' | 'headers' | 'signal'>,
  body: string | null,
): Promise<HttpResponse> {
  const sent = new Headers([...headers])
  if (!sent.has('accept')) sent.set('accept', 'application/json')
  if (method !== 'GET') sent.set('x-api-csrf', csrfToken())
  return fetch(url, { method, headers: sent, body, signal, credentials: 'same-origin', cache: 'no-store' })
}
