// Requests in the form that the library's entry points take. Global Request objects would cost more than what is
// measured.
const { signal } = new AbortController()

/** Sends `value` as JSON, or unchanged if it is text. */
export function request(method, path, value, headers = {}) {
  const source = value === undefined || typeof value === 'string' ? (value ?? null) : JSON.stringify(value)
  const all = new Headers({ 'content-type': 'application/json', 'user-agent': 'bench/1', ...headers })
  const stream = () => new Response(source).body
  return {
    method,
    url: `http://127.0.0.1${path}`,
    headers: all,
    source,
    signal,
    get body() {
      return source === null ? null : stream()
    },
  }
}

/** Returns the response's text, or throws it if the request was refused. */
export async function call(cluster, ...given) {
  const response = await cluster.fetch(request(...given))
  const text = await response.text()
  if (response.status >= 300) throw new Error(text)
  return text
}

export const post = (cluster, path, value) => call(cluster, 'POST', path, value)
