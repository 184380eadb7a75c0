import { parsePin, type TrustOptions } from '../kube/index.ts'
import { DroverError } from '../model/errors.ts'
import { readNamedFile, readPemFile } from './read-named-file.ts'
import { Secret } from './secret.ts'
import type { Terminal } from './terminal.ts'

/** The flags by which every command that reaches a cluster is told which one, as commander names them. */
export interface ConnectionFlags {
  server?: string | undefined
  keyFile?: string | undefined
  caFile?: string | undefined
  pin?: string | undefined
  insecure?: boolean | undefined
  cluster?: string | undefined
  project?: string | undefined
  namespace?: string | undefined
  kubeconfig?: string | undefined
  context?: string | undefined
}

export type Connection =
  | {
      door: 'rancher'
      /** Origin and base path, without `/v3` and without a slash at the end. */
      server: string
      key: Secret
      trust: TrustOptions
      cluster: string | undefined
      project: string | undefined
    }
  | { door: 'kubernetes'; kubeconfig: string | undefined; context: string | undefined }

/** Every setting and where it is read: the flag wins, then the variables in order. */
const variables = {
  server: ['DROVER_SERVER', 'RANCHER_URL'],
  keyFile: ['DROVER_KEY_FILE'],
  caFile: ['DROVER_CA_FILE'],
  pin: ['DROVER_PIN'],
  cluster: ['DROVER_CLUSTER', 'RANCHER_CLUSTER_ID'],
  project: ['DROVER_PROJECT', 'RANCHER_PROJECT_ID'],
  kubeconfig: ['KUBECONFIG'],
} as const satisfies Partial<Record<keyof ConnectionFlags, readonly string[]>>

/** What an address that the caller pasted, or a file, says of the place; it wins over the environment and must agree with the flags. */
export type Place = Pick<ConnectionFlags, 'server' | 'cluster' | 'project' | 'context'>

/** Which server, with which key, believed by what. Flags win over the environment. Raises INVALID and UNAUTHENTICATED. */
export function readConnection(flags: ConnectionFlags, terminal: Terminal, place: Place = {}): Promise<Connection> {
  const { server, cluster, project } = flags
  const given: Place = { server: server === undefined ? undefined : serverAddress(server), cluster, project }
  for (const name of ['server', 'cluster', 'project'] as const) {
    if (given[name] === undefined || place[name] === undefined || given[name] === place[name]) continue
    throw new DroverError(
      'INVALID',
      `--${name} ${given[name]} contradicts the address of the workload, which says ${place[name]}`,
    )
  }
  return connectionOf({ ...flags, ...given, ...place }, terminal)
}

async function connectionOf(flags: ConnectionFlags, terminal: Terminal): Promise<Connection> {
  const read = (name: keyof typeof variables) => flags[name] ?? firstSet(terminal.env, variables[name])
  const direct = flags.kubeconfig !== undefined || flags.context !== undefined
  if (direct && flags.server !== undefined) {
    throw new DroverError('INVALID', '--server and --kubeconfig (or --context) exclude each other')
  }
  const server = direct ? undefined : read('server')
  if (server === undefined) {
    if (flags.cluster !== undefined || flags.project !== undefined) throw clusterOfNoServer(flags)
    if (!direct && read('kubeconfig') === undefined && !terminal.env['KUBERNETES_SERVICE_HOST']) throw noServer()
    return { door: 'kubernetes', kubeconfig: read('kubeconfig'), context: flags.context }
  }
  return {
    door: 'rancher',
    server: serverAddress(server),
    key: await readKey(read('keyFile'), terminal),
    trust: readTrust(flags, terminal),
    cluster: read('cluster'),
    project: read('project'),
  }
}

/** The file that the key is read from, if any. */
export function keyFileOf({ keyFile }: ConnectionFlags, { env }: Pick<Terminal, 'env'>): string | undefined {
  return keyFile ?? firstSet(env, variables.keyFile)
}

/** The server without a key, for those who log in. */
export async function readServer(
  flags: ConnectionFlags,
  terminal: Terminal,
): Promise<{ server: string; trust: TrustOptions }> {
  const server = flags.server ?? firstSet(terminal.env, variables.server)
  if (server === undefined) throw noServer()
  return { server: serverAddress(server), trust: readTrust(flags, terminal) }
}

/** Passed over, it would be the current context's cluster that is changed. */
function clusterOfNoServer({ cluster, project }: ConnectionFlags): DroverError {
  const given = cluster === undefined ? `--project ${project}` : `--cluster ${cluster}`
  return new DroverError(
    'INVALID',
    `${given} needs a server: pass --server https://HOST; with a kubeconfig, use --context`,
  )
}

function firstSet(env: Terminal['env'], names: readonly string[]): string | undefined {
  return names.map((name) => env[name]).find((value) => value !== undefined && value !== '')
}

function noServer(): DroverError {
  return new DroverError(
    'INVALID',
    'no server is given: pass --server https://HOST (or set DROVER_SERVER or RANCHER_URL), or --kubeconfig FILE to use a ' +
      'cluster directly; `drover serve` starts a server of your own',
  )
}

/** A server's address as people have it: with `/v3`, the path of a page, or a slash at the end. */
export function serverAddress(text: string): string {
  if (!/^https?:\/\//i.test(text)) {
    throw new DroverError(
      'INVALID',
      `--server ${text}: the address must start with https://, as in https://${text.replace(/^.*:\/\//, '')}`,
    )
  }
  if (!URL.canParse(text)) throw new DroverError('INVALID', `--server ${text} is not an address`)
  const { origin, pathname, username, search, hash } = new URL(text)
  if (username !== '')
    throw new DroverError('INVALID', '--server must not contain a user or key: use --key-file or RANCHER_TOKEN')
  if (search !== '' || hash !== '')
    throw new DroverError('INVALID', `--server takes no ?query or #fragment: ${origin}${pathname}`)
  return origin + pathname.replace(/\/(?:(?:v3|v3-public|dashboard|g)(?:\/.*)?)?$/, '')
}

async function readKey(file: string | undefined, { env, cwd, readInput }: Terminal): Promise<Secret> {
  if (file !== undefined)
    return parseKey(file === '-' ? await readInput() : readNamedFile(file, `key file ${file}`, { cwd }), file)
  const [access, secret, token] = [env['RANCHER_ACCESS_KEY'], env['RANCHER_SECRET_KEY'], env['RANCHER_TOKEN']]
  if (access && secret) return parseKey(`${access}:${secret}`, 'RANCHER_ACCESS_KEY:RANCHER_SECRET_KEY')
  if (token) return parseKey(token, 'RANCHER_TOKEN')
  if (access || secret) {
    const missing = access ? 'RANCHER_SECRET_KEY' : 'RANCHER_ACCESS_KEY'
    throw new DroverError('UNAUTHENTICATED', `half a key: ${missing} is not set`, { hint: `set ${missing} as well` })
  }
  throw new DroverError(
    'UNAUTHENTICATED',
    'no credentials: set RANCHER_ACCESS_KEY and RANCHER_SECRET_KEY, or RANCHER_TOKEN (token-xxxxx:secret), or pass --key-file FILE',
    { hint: '`drover keys create --username NAME` creates a key, as does the server’s page "API & Keys"' },
  )
}

/** Never shows the text itself, which may be a key with a slip in it. */
function parseKey(text: string, from: string): Secret {
  const key = text.trim()
  if (/^[^\s:]+:[^\s:]+$/.test(key)) return new Secret(key)
  throw new DroverError(
    'INVALID',
    `${from} does not contain a key of the form ACCESS:SECRET (as in token-xxxxx:secret)`,
  )
}

/** Flags win over the environment as a group: `--insecure` is not contradicted by a pin that is set for other calls. */
function readTrust(flags: ConnectionFlags, { env, cwd }: Terminal): TrustOptions {
  const given = flags.insecure || flags.pin !== undefined || flags.caFile !== undefined
  const pin = given ? flags.pin : firstSet(env, variables.pin)
  const caFile = given ? flags.caFile : firstSet(env, variables.caFile)
  if (pin !== undefined) parsePin(pin)
  return {
    ...(flags.insecure && { insecure: true }),
    ...(pin !== undefined && { pin }),
    ...(caFile !== undefined && { ca: readPemFile(caFile, `CA file ${caFile}`, { cwd }) }),
  }
}
