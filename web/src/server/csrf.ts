/** The value of the cookie CSRF, which every change must show in X-Api-Csrf; another site's page cannot read it. */
export function csrfToken(): string {
  return /(?:^|;\s*)CSRF=([^;]*)/.exec(document.cookie)?.[1] ?? ''
}
