import { request } from 'node:http'
import type { Socket } from 'node:net'
import { DroverError } from '../model/errors.ts'

/** Connects to `host:port` through an HTTP proxy by CONNECT. Raises UNREACHABLE, naming the proxy. */
export function tunnel(proxy: URL, host: string, port: number, signal: AbortSignal): Promise<Socket> {
  if (proxy.protocol !== 'http:') {
    throw new DroverError('UNSUPPORTED', `a proxy by ${proxy.protocol}//; expected http://HOST:PORT`)
  }
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`
  const { username, password } = proxy
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const headers: Record<string, string> = { host: authority }
  if (username !== '') headers['proxy-authorization'] = `Basic ${Buffer.from(credentials).toString('base64')}`
  return new Promise((resolve, reject) => {
    const refuse = (why: string, cause?: Error) =>
      reject(
        new DroverError('UNREACHABLE', `the proxy ${proxy.host} did not connect to ${authority}: ${why}`, { cause }),
      )
    request({
      host: proxy.hostname,
      port: proxy.port || 80,
      method: 'CONNECT',
      path: authority,
      headers,
      signal,
      agent: false,
    })
      .once('connect', (response, socket) => {
        if (response.statusCode === 200) return resolve(socket)
        socket.destroy()
        refuse(`it answered ${response.statusCode}`)
      })
      .once('error', (error) => refuse(error.message, error))
      .end()
  })
}
