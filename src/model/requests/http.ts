import { headersOf, keyVariable, type DescribedRequest } from './described-request.ts'

/** As it goes over the wire, and as editors' HTTP clients read it; the key is a variable of theirs. */
export function httpText(request: DescribedRequest): string {
  const { method, url, body } = request
  const { host, pathname, search } = new URL(url)
  const headers = { Host: host, Authorization: `Bearer {{${keyVariable}}}`, ...headersOf(request) }
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const text = body === undefined ? '' : JSON.stringify(body, null, 2).replaceAll('{{', '{\\u007b')
  return `${[`${method} ${pathname}${search} HTTP/1.1`, ...head, '', text].join('\n').trimEnd()}\n`
}
