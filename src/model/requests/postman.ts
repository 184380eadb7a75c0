import { headersOf, type DescribedRequest } from './described-request.ts'

/** Lets newman fail when the request fails. */
const succeeds = "pm.test('the request succeeded', () => pm.response.to.be.success)"

/** A Postman collection (v2.1) with one request. The variable `drover_key` comes from an environment. */
export function postmanCollection(request: DescribedRequest, name = `${request.method} ${request.url}`): string {
  const { method, url, body } = request
  const header = Object.entries(headersOf(request)).map(([key, value]) => ({ key, value }))
  const raw = body === undefined ? undefined : literal(JSON.stringify(body, null, 2))
  const item = {
    name,
    event: [{ listen: 'test', script: { type: 'text/javascript', exec: [succeeds] } }],
    request: {
      method,
      header,
      auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{drover_key}}', type: 'string' }] },
      url: { raw: urlLiteral(url), ...urlParts(url) },
      ...(raw !== undefined && { body: { mode: 'raw', raw, options: { raw: { language: 'json' } } } }),
    },
  }
  const schema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json'
  return `${JSON.stringify({ info: { name, schema }, item: [item] }, null, 2)}\n`
}

function urlParts(url: string) {
  const { protocol, hostname, port, pathname, search } = new URL(url)
  const query = search
    .slice(1)
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('=')
      return at < 0
        ? { key: part, value: null }
        : { key: urlLiteral(part.slice(0, at)), value: urlLiteral(part.slice(at + 1)) }
    })
  return {
    protocol: protocol.slice(0, -1),
    host: hostname.split('.'),
    ...(port !== '' && { port }),
    path: pathname.slice(1).split('/').map(urlLiteral),
    ...(query.length > 0 && { query }),
  }
}

/**
 * Postman expands `{{name}}`. Escaping the second brace prevents it; in JSON two adjacent braces occur only inside
 * strings.
 */
function literal(json: string): string {
  return json.replaceAll('{{', '{\\u007b')
}

function urlLiteral(text: string): string {
  return text.replaceAll('{', '%7B').replaceAll('}', '%7D')
}
