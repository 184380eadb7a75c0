import names from '../schema/links.json' with { type: 'json' }

/**
 * The links that the genuine server shows, by name: of its API roots, and of clusters, projects and users. Some lead to
 * types that are not served here, which then answer 404 by name.
 */
export const linkNames = names

/** `https://host/v3/projects/<id>/<name in lower case>` for each name. */
export function linksBelow(url: string, among: readonly string[]): Record<string, string> {
  return Object.fromEntries(among.map((name) => [name, `${url}/${name.toLowerCase()}`]))
}
