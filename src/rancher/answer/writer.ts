import { gzipSync } from 'node:zlib'
import { dump } from 'js-yaml'
import { HeaderMap, httpResponse, type HttpHeaders, type HttpResponse } from '../../model/http.ts'
import { acceptsGzip, formatOf, type Format } from '../request/negotiate.ts'
import { apiPage, pageHeaders } from './page.ts'
import type { Query } from '../request/query.ts'

/** A response's JSON without the final newline, and data cached with it. */
export interface Rendered {
  readonly json: string
  zipped?: Uint8Array
}

/** How the response should be written. */
export interface Manner {
  format: Format
  gzip: boolean
  /** For X-Api-Schemas. */
  schemasUrl: string
  /** For the page's variable `schemas`: the schemas of the displayed type. */
  pageSchemasUrl: string
  withoutBody: boolean
  /** The console's page, if the server has one. */
  page?: string | undefined
  /** Set by handlers and the CSRF check. */
  headers: HeaderMap
}

/** norman's constant, with no comma after the day. */
const expires = 'Wed 24 Feb 1982 18:42:00 GMT'

const contentTypes: Record<Format, string> = {
  json: 'application/json',
  yaml: 'application/yaml',
  html: 'text/html',
}

export function mannerOf(method: string, query: Query, headers: HttpHeaders): Manner {
  return {
    format: formatOf(query, headers),
    gzip: acceptsGzip(headers),
    schemasUrl: '',
    pageSchemasUrl: '',
    withoutBody: method === 'HEAD',
    headers: new HeaderMap(),
  }
}

export function write(manner: Manner, status: number, rendered: Rendered | undefined): HttpResponse {
  const { format, headers } = manner
  headers.set('content-type', contentTypes[format])
  headers.set('expires', expires)
  if (manner.schemasUrl !== '') headers.set('x-api-schemas', manner.schemasUrl)
  headers.set('x-content-type-options', 'nosniff')
  if (format === 'html') for (const [name, value] of pageHeaders(manner.page)) headers.set(name, value)
  if (!rendered || manner.withoutBody) return httpResponse(null, { status, headers })
  if (!manner.gzip) return httpResponse(formatted(rendered, manner), { status, headers })
  headers.set('content-encoding', 'gzip')
  return httpResponse(zipped(rendered, manner), { status, headers })
}

function formatted({ json }: Rendered, { format, pageSchemasUrl, page }: Manner): string {
  switch (format) {
    case 'json':
      return `${json}\n`
    case 'yaml':
      return dump(JSON.parse(json), { seqNoIndent: true, lineWidth: -1, quoteStyle: 'double' })
    case 'html':
      return apiPage(json, pageSchemasUrl, page)
    default:
      return format satisfies never
  }
}

function zipped(rendered: Rendered, manner: Manner): Uint8Array {
  if (manner.format !== 'json') return gzipSync(formatted(rendered, manner))
  rendered.zipped ??= gzipSync(formatted(rendered, manner), { level: 3 })
  return rendered.zipped
}
