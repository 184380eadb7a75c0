import { httpRequest } from '../../../src/model/http.ts'
import { isObject } from '../compare.ts'
import type { Identities } from './seed.ts'
import type { RecordedRequest } from '../recording.ts'

/** What the rules of the differences document can match besides the path. */
export function formsOf({ headers }: RecordedRequest): string {
  const { Accept: accept = '', Authorization: credentials, ['Content-Type']: type } = headers
  const forms: [form: string, fits: boolean][] = [
    ['as protobuf', accept.startsWith('application/vnd.kubernetes.protobuf')],
    ['aggregated', accept.includes('as=APIGroupDiscoveryList')],
    ['from YAML', type === 'application/yaml'],
    // the recorder replaced valid credentials with dots
    ['without credentials', credentials !== '…'],
  ]
  return forms.map(([form, fits]) => (fits ? ` (${form})` : '')).join('')
}

/** Rebuilds recorded requests as sent, with our names where they differ. */
export class RequestWriter {
  /** When the object changed by the next request was marked for deletion. */
  deletion: unknown
  /** Of the Deployment changed by the next request. */
  revision: unknown
  readonly #identities: Identities

  constructor(identities: Identities) {
    this.#identities = identities
  }

  write({ method, path, headers, body }: RecordedRequest, signal?: AbortSignal) {
    const sent: Record<string, string> = {}
    for (const [name, value] of Object.entries(headers)) {
      if (!/^(authorization|content-length|host|accept-encoding)$/i.test(name)) sent[name] = value
    }
    const length = Number(headers['Content-Length'] ?? 0)
    const text = body === null || body === undefined ? null : typeof body === 'string' ? body : asSent(body, length)
    const translated = text === null ? null : bytesOf(this.#translateBody(long(text)), text, length)
    const url = `http://cluster.test${this.#translatePath(path)}`
    return httpRequest(url, { method, headers: sent, body: translated, signal })
  }

  #translateBody(text: string): string {
    const { versions } = this.#identities
    return this.#identities
      .translate(text)
      .replace(/("resourceVersion":\s*")(\d+)"/g, (whole, head: string, version: string) =>
        versions.has(version) ? `${head}${versions.get(version)}"` : whole,
      )
      .replace(/("deletionTimestamp":\s*)"[^"]*"/g, (whole, head: string) =>
        typeof this.deletion === 'string' ? `${head}"${this.deletion}"` : whole,
      )
      .replace(/("deployment\.kubernetes\.io\/revision":\s*)"\d+"/g, (whole, head: string) =>
        typeof this.revision === 'string' ? `${head}"${this.revision}"` : whole,
      )
      .replace(
        /("path":\s*"\/metadata\/resourceVersion",\s*"value":\s*")(\d+)"/g,
        (whole, head: string, version: string) => (versions.has(version) ? `${head}${versions.get(version)}"` : whole),
      )
  }

  #translatePath(path: string): string {
    const { versions } = this.#identities
    return this.#identities
      .translate(path)
      .replace(/([?&]resourceVersion=)(\d+)/, (whole, head: string, version: string) =>
        versions.has(version) ? `${head}${versions.get(version)}` : whole,
      )
      .replace(/([?&]continue=)([\w%-]+)/, (whole, head: string, token: string) => {
        const own = this.#translateToken(decodeURIComponent(token))
        return own === undefined ? whole : head + encodeURIComponent(own)
      })
  }

  #translateToken(token: string): string | undefined {
    try {
      const decoded = JSON.parse(Buffer.from(token, 'base64url').toString()) as { rv: number }
      const own = this.#identities.versions.get(String(decoded.rv))
      if (own === undefined) return undefined
      return Buffer.from(JSON.stringify({ ...decoded, rv: Number(own) })).toString('base64url')
    } catch {
      return undefined
    }
  }
}

/** The recorder's JSON had spaces after commas and colons, as the length shows. Decode errors quote it. */
function asSent(body: unknown, length: number): string {
  const spaced = spacedJson(body)
  const compact = JSON.stringify(body)
  return [spaced, compact].find((text) => Buffer.byteLength(text) === length) ?? spaced
}

/** The recorder dropped overlong values: restores one value so that the body has the recorded length. */
function long(text: string): string {
  const length = /^\[JSON, (\d+) bytes\]$/.exec(text)?.[1]
  if (length === undefined) return text
  const [head, tail] = ['{"metadata": {"name": "big"}, "data": {"a": "', '"}}']
  const value = 'eHh4'.repeat(Number(length) / 4).slice(0, Number(length) - head.length - tail.length)
  // base64 of one byte over a limit ends like this; as text it would be meaningless
  return `${head}${value.endsWith('eHh4') ? `${value.slice(0, -1)}=` : value}${tail}`
}

/** The recorder stored a body that is not UTF-8 with one character per byte. */
function bytesOf(translated: string, text: string, length: number): string | Uint8Array {
  const wasBytes = text.length === length && Buffer.byteLength(text) > length
  return wasBytes ? Buffer.from(text, 'latin1') : translated
}

function spacedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spacedJson).join(', ')}]`
  if (!isObject(value)) return JSON.stringify(value).replace(/[\u0080-\uffff]/g, escapeCharacter)
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${spacedJson(member)}`)
  return `{${members.join(', ')}}`
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
