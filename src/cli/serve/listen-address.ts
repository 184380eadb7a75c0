import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { DroverError } from '../../model/errors.ts'

export interface ListenAddress {
  host: string
  port: number
}

const shape = /^(?:(?:\[(?<six>[^\]]+)\]|(?<name>[^:[\]]*)):)?(?<port>\d{1,5})$/

/** Parses `127.0.0.1:8443`, `[::1]:8443`, `:8443` (all addresses) or `8443` (loopback). */
export function parseListenAddress(text: string): ListenAddress {
  const found = shape.exec(text)?.groups
  const port = Number(found?.['port'] ?? -1)
  if (!found || port < 0 || port > 65_535) {
    throw new DroverError('INVALID', `--listen ${text}: expected HOST:PORT, as in 127.0.0.1:8443 or [::1]:0`)
  }
  const { six, name } = found
  return { host: six ?? (name === '' ? '0.0.0.0' : (name ?? '127.0.0.1')), port }
}

/** Names and addresses for the certificate: loopback, and the machine's own if the listener accepts remote callers. */
export function certificateHosts(host: string, further: readonly string[] = []): string[] {
  const loopback = ['localhost', '127.0.0.1', '::1']
  const everywhere = host === '0.0.0.0' || host === '::'
  const own = everywhere ? [hostname()] : [host]
  const valid = [...loopback, ...own, ...further].filter(
    (name) => isIP(name) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(name),
  )
  return [...new Set(valid)]
}
