import { DroverError } from '../../model/errors.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { Secret } from '../secret.ts'
import { readConnection, readServer, type ConnectionFlags } from '../settings.ts'
import type { Terminal } from '../terminal.ts'
import { textOf, v3Client, type V3Client, type V3Resource } from '../v3-client.ts'
import { tableLines } from '../view/table.ts'

export interface CreateKeyFlags extends ConnectionFlags {
  description?: string
  /** ms; 0 for ever. Default 90 days. */
  ttl?: number
  /** A cluster's id, or a project's. */
  scope?: string
  username?: string
  output?: 'text' | 'json'
}

export interface ListKeysFlags extends ConnectionFlags {
  output?: 'text' | 'json'
}

const defaultTtl = 90 * 86_400_000

/** Makes a key and prints it: the one time that anybody sees it. */
export async function createKey(flags: CreateKeyFlags, terminal: Terminal): Promise<ExitCode> {
  const { description = 'drover keys create', ttl = defaultTtl, scope, username } = flags
  const login = username === undefined ? undefined : await logIn(username, flags, terminal)
  using client = login ?? (await keyedClient(flags, terminal))
  try {
    const made = await makeKey(client, { description, ttl, scope })
    tell(made, flags, terminal)
  } finally {
    if (login) await client.post('/v3/tokens?action=logout', {})
  }
  return exitCodes.done
}

interface WantedKey {
  description: string
  /** ms; 0 for ever. */
  ttl: number
  scope: string | undefined
}

async function makeKey(client: V3Client, { description, ttl, scope }: WantedKey): Promise<V3Resource> {
  const ofProject = scope?.includes(':') ?? false
  if (scope !== undefined && !ofProject) await requireCluster(client, scope)
  const reach = scope === undefined ? {} : { [ofProject ? 'projectId' : 'clusterId']: scope }
  const made = await client.post('/v3/tokens', { type: 'token', description, ttl, ...reach })
  if (!ofProject || made['projectId'] === scope) return made
  // a Rancher leaves out what it does not know, and what it made opens everything
  await client.delete(`/v3/tokens/${textOf(made['id'])}`)
  throw new DroverError('UNSUPPORTED', 'this server cannot limit a key to a project; no key was created')
}

/** A Rancher takes any cluster ID (2.4.3), and the key would open nothing. */
async function requireCluster(client: V3Client, id: string): Promise<void> {
  const { data } = await client.get('/v3/clusters')
  const clusters = (data as V3Resource[]).map(({ id }) => textOf(id))
  if (clusters.includes(id)) return
  const message = `--scope: there is no cluster ${JSON.stringify(id)}; no key was created`
  const hint = `this key sees ${clusters.join(', ') || 'no cluster'}; a project is CLUSTER:PROJECT`
  throw new DroverError('NOT_FOUND', message, { hint })
}

function tell(made: V3Resource, { output }: CreateKeyFlags, terminal: Terminal): void {
  const { id, token, description, clusterId, projectId } = made
  const expiresAt = expiryOf(made)
  const key = textOf(token)
  if (output === 'json') {
    const reach = { clusterId: clusterId ?? null, projectId: projectId ?? null }
    terminal.out(`${JSON.stringify({ name: id, key, expiresAt, ...reach })}\n`)
    return
  }
  terminal.out(`${key}\n`)
  const until = expiresAt === null ? 'never expires' : `expires ${expiresAt}`
  terminal.err(
    `Created key ${textOf(id)} (${textOf(description)}); it ${until}. It is shown only once: the server keeps only a hash of it.\n`,
  )
}

/** The answer to a key's creation leaves `expiresAt` empty (rancher 2.4.3); RFC 3339, null for never. */
function expiryOf({ created, ttl, expiresAt }: V3Resource): string | null {
  if (expiresAt) return textOf(expiresAt)
  return typeof ttl === 'number' && ttl > 0
    ? new Date(Date.parse(textOf(created)) + ttl).toISOString().replace(/\.\d+Z$/, 'Z')
    : null
}

/** With a session instead of a key, for those who have none yet. */
async function logIn(username: string, flags: ConnectionFlags, terminal: Terminal): Promise<V3Client> {
  const place = { ...(await readServer(flags, terminal)), terminal }
  const password = terminal.env['DROVER_PASSWORD'] ?? (await terminal.readSecret(`Password of ${username}: `))
  using visitor = v3Client(place)
  const credentials = { username, password, responseType: 'json', description: 'drover keys create' }
  const session = await visitor
    .post('/v3-public/localProviders/local?action=login', credentials)
    .catch((error: unknown) => raiseFailedLogin(error, username))
  return v3Client({ ...place, key: new Secret(textOf(session['token'])) })
}

function raiseFailedLogin(error: unknown, username: string): never {
  if (!(error instanceof DroverError) || error.code !== 'UNAUTHENTICATED') throw error
  const hint = `the name or the password is wrong; the password of ${username} is read from DROVER_PASSWORD or a prompt`
  throw new DroverError(error.code, error.message, { cause: error, hint })
}

async function keyedClient(flags: ConnectionFlags, terminal: Terminal): Promise<V3Client> {
  const connection = await readConnection(flags, terminal)
  if (connection.door === 'rancher') return v3Client({ ...connection, terminal })
  throw new DroverError('INVALID', 'only Rancher and Drover servers have keys: pass --server, not --kubeconfig')
}

export async function listKeys(flags: ListKeysFlags, terminal: Terminal): Promise<ExitCode> {
  using client = await keyedClient(flags, terminal)
  const { data } = await client.get('/v3/tokens?_lastUsed=true')
  const keys = (data as V3Resource[]).map(describeKey)
  if (flags.output === 'json') terminal.out(`${JSON.stringify(keys)}\n`)
  else
    for (const line of tableLines(keys, ['name', 'description', 'created', 'used', 'expires', 'scope']))
      terminal.out(`${line}\n`)
  return exitCodes.done
}

function describeKey({
  id,
  description,
  created,
  expiresAt,
  expired,
  clusterId,
  projectId,
  lastUsedAt,
  annotations,
  isDerived,
}: V3Resource) {
  const own = annotations as Record<string, unknown> | null | undefined
  return {
    name: textOf(id),
    description: textOf(description),
    created: textOf(created),
    // a field since rancher 2.9; here an annotation, as 2.4 has no such field
    used: textOf(lastUsedAt ?? own?.['drover.dev/last-used']),
    expires: expired === true ? 'expired' : textOf(expiresAt) || 'never',
    scope: textOf(projectId) || textOf(clusterId),
    session: isDerived === false,
  }
}

export async function revokeKeys(
  names: readonly string[],
  flags: ConnectionFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const wrong = names.find((name) => !/^[a-z0-9-]+$/.test(name))
  if (wrong !== undefined) {
    throw new DroverError('INVALID', 'keys are revoked by name, the part before the colon (never paste a whole key)')
  }
  using client = await keyedClient(flags, terminal)
  for (const name of names) {
    await client.delete(`/v3/tokens/${name}`)
    terminal.out(`revoked ${name}\n`)
  }
  return exitCodes.done
}
