/** The CSRF cookie, which every change must repeat in X-Api-Csrf; pages of other sites cannot read it. */
export function csrfToken(): string {
  return /(?:^|;\s*)CSRF=([^;]*)/.exec(document.cookie)?.[1] ?? ''
}
