type Environment = Readonly<Record<string, string | undefined>>

/**
 * The proxy for a URL by HTTPS_PROXY, HTTP_PROXY and NO_PROXY in either case; undefined for none. NO_PROXY lists hosts,
 * domains (with or without a leading dot), addresses with optional ports, and `*`.
 */
export function proxyFor(address: string, env: Environment): string | undefined {
  const { protocol, hostname, port } = new URL(address)
  const read = (name: string) => env[name.toLowerCase()] || env[name] || undefined
  const proxy = read(protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY')
  if (proxy === undefined || isLocal(hostname)) return undefined
  const exceptions = (read('NO_PROXY') ?? '').split(',').map((one) => one.trim().toLowerCase())
  const excepted = exceptions.some((one) => one !== '' && isExcepted(hostname.toLowerCase(), port, one))
  if (excepted) return undefined
  return proxy.includes('://') ? proxy : `http://${proxy}`
}

function isLocal(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname)
}

function isExcepted(hostname: string, port: string, exception: string): boolean {
  if (exception === '*') return true
  const [, name = '', itsPort] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(exception) ?? []
  if (itsPort !== undefined && itsPort !== port) return false
  const domain = name.replace(/^\*?\./, '')
  return hostname === domain || hostname.endsWith(`.${domain}`)
}
