/** A user and password, or an identity token, for one registry. */
export interface Credential {
  username: string
  password: string
}

/** The credential fields of docker's config.json and of a pull secret's `.dockerconfigjson`. */
export interface DockerConfig {
  auths?: Record<string, { auth?: string; username?: string; password?: string; identitytoken?: string }>
  /** `docker-credential-NAME` per registry. */
  credHelpers?: Record<string, string>
  credsStore?: string
}

/** Undefined if the text is not such a file. The old `.dockercfg` is the `auths` map alone. */
export function parseDockerConfig(text: string): DockerConfig | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    const known = ['auths', 'credHelpers', 'credsStore'].some((name) => name in value)
    return known || !Object.values(value).every(isEntry) ? value : { auths: value as DockerConfig['auths'] & object }
  } catch {
    return undefined
  }
}

function isEntry(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

/**
 * The credential for a repository (`registry.example:5000/shop/web`), matched as kubelets do: the longest key that is
 * its registry or a prefix of its path; `*` matches one label of a host. `helper` runs `docker-credential-NAME get`.
 */
export async function findCredential(
  { auths = {}, credHelpers = {}, credsStore }: DockerConfig,
  repository: string,
  helper?: (name: string, registry: string) => Promise<Credential | undefined>,
): Promise<Credential | undefined> {
  const [host = ''] = repository.split('/')
  const registry = host === 'docker.io' ? hubKey : host
  const named = credHelpers[host] ?? credHelpers[registry] ?? credsStore
  const asked = named !== undefined && helper ? await helper(named, registry) : undefined
  if (asked) return asked
  const fitting = Object.entries(auths)
    .map(([key, entry]) => ({ place: normalizeKey(key), entry }))
    .filter(({ place }) => fits(place, repository))
    .sort((one, other) => other.place.length - one.place.length)
  return fitting.map(({ entry }) => credentialOf(entry)).find((credential) => credential !== undefined)
}

const hubKey = 'https://index.docker.io/v1/'

/** Strips scheme, API version and trailing slash, and unifies the names of Docker Hub. */
function normalizeKey(key: string): string {
  const place = key.replace(/^https?:\/\//, '').replace(/\/(?:v[12]\/?)?$/, '')
  return /^(?:index|registry-1)\.docker\.io$/.test(place) ? 'docker.io' : place
}

function fits(place: string, repository: string): boolean {
  const wanted = place.split('/')
  const given = repository.split('/')
  return wanted.length <= given.length && wanted.every((part, index) => isPart(part, given[index] ?? '', index === 0))
}

function isPart(pattern: string, part: string, isHost: boolean): boolean {
  if (!isHost || !pattern.includes('*')) return pattern === part
  const labels = part.split('.')
  const patterns = pattern.split('.')
  return patterns.length === labels.length && patterns.every((one, index) => one === '*' || one === labels[index])
}

function credentialOf({ auth, username, password, identitytoken }: NonNullable<DockerConfig['auths']>[string]) {
  if (identitytoken) return { username: identityUser, password: identitytoken }
  if (username && password) return { username, password }
  const text = auth ? Buffer.from(auth, 'base64').toString() : ''
  const colon = text.indexOf(':')
  return colon > 0 ? { username: text.slice(0, colon), password: text.slice(colon + 1) } : undefined
}

/** Stands in for the user name if the password is an identity token. */
export const identityUser = '<token>'
