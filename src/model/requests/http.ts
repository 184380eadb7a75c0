import { headersOf, keyVariable, type DescribedRequest } from './described-request.ts'

/**
 * The `.http` format of editors' HTTP clients. The URL is absolute, or they would assume http; the key is one of their
 * variables.
 */
export function httpText(request: DescribedRequest): string {
  const { method, url, body } = request
  const headers = { Authorization: `Bearer {{${keyVariable}}}`, ...headersOf(request) }
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const text = body === undefined ? '' : JSON.stringify(body, null, 2).replaceAll('{{', '{\\u007b')
  const address = url.replaceAll('{{', '%7B%7B')
  return `${[`${method} ${address} HTTP/1.1`, ...head, '', text].join('\n').trimEnd()}\n`
}
