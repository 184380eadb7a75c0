import names from '../schema/links.json' with { type: 'json' }

/**
 * Names of the links that the genuine server shows on its API roots, clusters, projects and users. Some lead to types
 * that are not served here and answer 404 by name.
 */
export const linkNames = names

/** Maps each name to `https://host/v3/projects/<id>/<name in lower case>`. */
export function linksBelow(url: string, among: readonly string[]): Record<string, string> {
  return Object.fromEntries(among.map((name) => [name, `${url}/${name.toLowerCase()}`]))
}
