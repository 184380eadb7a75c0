// Requests as the library's doors take them: not the global ones, which cost more than what is measured.
const { signal } = new AbortController()

/** `value` is sent as JSON, a text as it is. */
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

/** The answer's text; raises it where it is a refusal. */
export async function call(cluster, ...given) {
  const response = await cluster.fetch(request(...given))
  const text = await response.text()
  if (response.status >= 300) throw new Error(text)
  return text
}

export const post = (cluster, path, value) => call(cluster, 'POST', path, value)
