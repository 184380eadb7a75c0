import { randomBytes } from 'node:crypto'
import type { HttpHeaders } from '../../model/http.ts'
import { V3Error } from '../answer/failure.ts'
import { cookieOf, isBrowser } from './negotiate.ts'
import type { Query } from './query.ts'

/**
 * Browsers get a cookie CSRF and must repeat it in a header or the query for everything but GET; pages of other sites
 * can send the cookie but not read it. Returns the cookie to set, if any.
 */
export function csrfCookie(headers: HttpHeaders): string | undefined {
  if (!isBrowser(headers) || cookieOf(headers, 'CSRF') !== undefined) return undefined
  return `CSRF=${randomBytes(5).toString('hex')}; Path=/; Secure`
}

export function checkCsrf(method: string, query: Query, headers: HttpHeaders): void {
  if (method === 'GET' || !isBrowser(headers)) return
  const cookie = cookieOf(headers, 'CSRF')
  const shown = [headers.get('x-api-csrf'), query.get('CSRF')]
  if (!cookie || !shown.includes(cookie)) throw new V3Error('InvalidCSRFToken', 'Invalid CSRF token')
}
