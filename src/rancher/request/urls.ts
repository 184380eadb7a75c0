import type { HttpRequest } from '../../model/http.ts'
import type { Schema } from '../schema/schema.ts'

/**
 * Builds every URL in a response. Scheme, host and prefix come from X-Forwarded-Proto, X-API-Host, X-Forwarded-Host
 * (its first name) and X-API-URL-Prefix, else from the request's URL.
 */
export class Urls {
  /** `https://host/prefix`, without a trailing slash. */
  readonly base: string
  /** `/v3/project/local:p-xxxxx`: base of the types in the call's scope. */
  readonly context: string
  /** `/v3/project/local:p-xxxxx/workloads` as requested, without query. */
  readonly path: string

  constructor(base: string, context: string, path: string) {
    this.base = base
    this.context = context
    this.path = path
  }

  /** `https://host/v3/project/<p>/workloads` */
  collection(schema: Schema): string {
    return `${this.base}${this.context}/${schema.pluralName.toLowerCase()}`
  }

  /** `https://host/v3/project/<p>/workloads/<id>`, with the plural as spelled in the schema. */
  resource(schema: Schema, id: string): string {
    return `${this.base}${this.context}/${schema.pluralName}/${id}`
  }

  schemas(): string {
    return `${this.base}${this.context}/schemas`
  }

  at(path: string): string {
    return this.base + path
  }
}

/** `https://host[/prefix]` as the caller sees it. */
export function baseUrl(request: HttpRequest): string {
  const { headers, url } = request
  const authority = url.indexOf('://') + 3
  const slash = url.indexOf('/', authority)
  const scheme = forwardedScheme(headers.get('x-forwarded-proto')) ?? url.slice(0, authority - 3)
  const forwarded = headers.get('x-api-host') || headers.get('x-forwarded-host')
  const own = headers.get('host') ?? url.slice(authority, slash < 0 ? undefined : slash)
  const host = forwarded ? (forwarded.split(',', 1)[0] ?? '').trim() : own
  return `${scheme}://${host}${headers.get('x-api-url-prefix') ?? ''}`
}

const websocketSchemes: Readonly<Record<string, string>> = { ws: 'http', wss: 'https' }

function forwardedScheme(header: string | null): string | undefined {
  if (!header) return undefined
  return websocketSchemes[header] ?? header
}
