import type { HttpHeaders } from '../../model/http.ts'
import type { Query } from './query.ts'

export type Format = 'json' | 'yaml' | 'html'

/** `_format` first; then the page for a browser that accepts anything; then YAML by Accept; otherwise JSON. */
export function formatOf(query: Query, headers: HttpHeaders): Format {
  const asked = query.text === '' ? undefined : query.get('_format')?.trim().toLowerCase()
  if (asked === 'json' || asked === 'yaml' || asked === 'html') return asked
  const accept = headers.get('accept')
  if (isBrowser(headers) && (!accept || accept.includes('*/*'))) return 'html'
  return accept?.includes('application/yaml') ? 'yaml' : 'json'
}

/** Rancher's definition of a browser. */
export function isBrowser(headers: HttpHeaders): boolean {
  const agent = headers.get('user-agent')
  return agent !== null && /mozilla/i.test(agent)
}

/** For `/` and the UI's paths: a browser requesting a page. */
export function wantsPage(headers: HttpHeaders): boolean {
  return isBrowser(headers) && /\*\/\*|text\/html/.test(headers.get('accept') ?? '*/*')
}

/** A browser navigation, by headers that scripts and programs never send. */
export function isNavigation(headers: HttpHeaders): boolean {
  return headers.get('sec-fetch-dest') === 'document' && wantsPage(headers)
}

export function acceptsGzip(headers: HttpHeaders): boolean {
  return headers.get('accept-encoding')?.includes('gzip') ?? false
}

export function cookieOf(headers: HttpHeaders, name: string): string | undefined {
  const text = headers.get('cookie')
  if (!text) return undefined
  for (const part of text.split(/[;,]/)) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) return unquoted(part.slice(at + 1).trim())
  }
  return undefined
}

function unquoted(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value
}
