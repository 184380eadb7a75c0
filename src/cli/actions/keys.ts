import { DroverError } from '../../model/errors.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { Secret } from '../secret.ts'
import { readConnection, readServer, type ConnectionFlags } from '../settings.ts'
import type { Terminal } from '../terminal.ts'
import { textOf, v3Client, type V3Client, type V3Resource } from '../v3-client.ts'
import { tableLines } from '../view/table.ts'

export interface CreateKeyFlags extends ConnectionFlags {
  description?: string
  /** ms. */
  ttl?: number
  scope?: string
  username?: string
  output?: 'text' | 'json'
}

export interface ListKeysFlags extends ConnectionFlags {
  output?: 'text' | 'json'
}

/** Makes a key and prints it: the one time that anybody sees it. */
export async function createKey(flags: CreateKeyFlags, terminal: Terminal): Promise<ExitCode> {
  const { description = 'drover keys create', ttl = 0, scope, username } = flags
  const login = username === undefined ? undefined : await logIn(username, flags, terminal)
  using client = login ?? (await keyedClient(flags, terminal))
  const wanted = { type: 'token', description, ttl, ...(scope !== undefined && { clusterId: scope }) }
  const made = await client.post('/v3/tokens', wanted)
  if (login) await client.post('/v3/tokens?action=logout', {})
  const key = textOf(made['token'])
  if (flags.output === 'json') {
    const { id, expiresAt, clusterId } = made
    terminal.out(`${JSON.stringify({ name: id, key, expiresAt: expiresAt || null, clusterId: clusterId ?? null })}\n`)
    return exitCodes.done
  }
  terminal.out(`${key}\n`)
  terminal.err(
    `Key ${textOf(made['id'])} (${description}) is made. It is shown this once; the server keeps only a hash of it.\n`,
  )
  return exitCodes.done
}

/** With a session instead of a key, for those who have none yet. */
async function logIn(username: string, flags: ConnectionFlags, terminal: Terminal): Promise<V3Client> {
  const place = { ...(await readServer(flags, terminal)), terminal }
  const password = terminal.env['DROVER_PASSWORD'] ?? (await terminal.readSecret(`Password of ${username}: `))
  using visitor = v3Client(place)
  const session = await visitor.post('/v3-public/localProviders/local?action=login', {
    username,
    password,
    responseType: 'json',
    description: 'drover keys create',
  })
  return v3Client({ ...place, key: new Secret(textOf(session['token'])) })
}

async function keyedClient(flags: ConnectionFlags, terminal: Terminal): Promise<V3Client> {
  const connection = await readConnection(flags, terminal)
  if (connection.door === 'rancher') return v3Client({ ...connection, terminal })
  throw new DroverError('INVALID', 'keys are of a Rancher or Drover server: pass --server, not --kubeconfig')
}

export async function listKeys(flags: ListKeysFlags, terminal: Terminal): Promise<ExitCode> {
  using client = await keyedClient(flags, terminal)
  const { data } = await client.get('/v3/tokens')
  const keys = (data as V3Resource[]).map(describeKey)
  if (flags.output === 'json') terminal.out(`${JSON.stringify(keys)}\n`)
  else
    for (const line of tableLines(keys, ['name', 'description', 'created', 'expires', 'scope']))
      terminal.out(`${line}\n`)
  return exitCodes.done
}

function describeKey({ id, description, created, expiresAt, expired, clusterId, isDerived }: V3Resource) {
  return {
    name: textOf(id),
    description: textOf(description),
    created: textOf(created),
    expires: expired === true ? 'expired' : textOf(expiresAt) || 'never',
    scope: textOf(clusterId),
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
    throw new DroverError(
      'INVALID',
      'a key is revoked by its name, the part before the colon (never paste a whole key)',
    )
  }
  using client = await keyedClient(flags, terminal)
  for (const name of names) {
    await client.delete(`/v3/tokens/${name}`)
    terminal.out(`revoked ${name}\n`)
  }
  return exitCodes.done
}
