import { httpResponse, type Fetch, type HttpRequest, type HttpResponse } from '../../model/http.ts'

/** Health endpoints, which Rancher serves over plain HTTP too. */
const open = new Set(['/ping', '/healthz'])

/**
 * The plain HTTP port beside a TLS port: redirects reads to `httpsPort` of the same host (302) and refuses everything
 * else (400), as Rancher does. Requests that a proxy received over TLS (`X-Forwarded-Proto`) are served by `fetch`.
 */
export function plainPort(fetch: Fetch, httpsPort: number): Fetch {
  return async (request) => {
    const url = new URL(request.url)
    const forwarded = request.headers.get('x-forwarded-proto')
    if (open.has(url.pathname) || forwarded === 'https' || forwarded === 'wss') return fetch(request)
    return request.method === 'GET' || request.method === 'HEAD' ? redirect(request, url, httpsPort) : refusal()
  }
}

function redirect({ url, headers }: HttpRequest, { hostname }: URL, httpsPort: number): HttpResponse {
  const named = headers.get('host')?.replace(/:\d+$/, '') ?? hostname
  const target = url.slice(url.indexOf('/', url.indexOf('://') + 3))
  const location = `https://${named}${httpsPort === 443 ? '' : `:${httpsPort}`}${target}`
  const body = `<a href="${escaped(location)}">Found</a>.\n\n`
  return httpResponse(body, { status: 302, headers: { 'content-type': 'text/html; charset=utf-8', location } })
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character)
}

function refusal(): HttpResponse {
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' }
  return httpResponse('Use HTTPS\n', { status: 400, headers })
}
