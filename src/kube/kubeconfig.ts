import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DroverError } from '../model/errors.ts'
import { execCredential, type ExecSpec } from './exec-credential.ts'
import type { TrustOptions } from './secure-agent.ts'

/** The supported fields of a kubeconfig (client-go, clientcmd/api/v1). */
interface Kubeconfig {
  'current-context'?: string
  contexts?: { name: string; context?: { cluster?: string; user?: string; namespace?: string } }[]
  clusters?: { name: string; cluster?: ClusterEntry }[]
  users?: { name: string; user?: UserEntry }[]
}

interface ClusterEntry {
  server?: string
  'certificate-authority'?: string
  'certificate-authority-data'?: string
  'insecure-skip-tls-verify'?: boolean
  'tls-server-name'?: string
  'proxy-url'?: string
}

interface UserEntry {
  'client-certificate'?: string
  'client-certificate-data'?: string
  'client-key'?: string
  'client-key-data'?: string
  token?: string
  tokenFile?: string
  username?: string
  password?: string
  exec?: ExecSpec
  'auth-provider'?: { name?: string }
}

/** How to reach a cluster: pass `trust` to nodeFetch, `url` and `headers` to connect. */
export interface KubeAccess {
  url: string
  trust: TrustOptions
  headers: () => Promise<Record<string, string>>
  context: string
  /** The context's namespace. Default `default`. */
  namespace: string
  /** The file sets insecure-skip-tls-verify. */
  insecure: boolean
}

export interface KubeconfigOptions {
  /** Default: the current context. */
  context?: string | undefined
  /** Environment of exec plugins. */
  env?: Readonly<Record<string, string | undefined>>
  signal?: AbortSignal | undefined
}

/**
 * Reads one kubeconfig, or several as KUBECONFIG lists them: the first definition of a name wins. Raises INVALID with
 * the file's name and what is missing.
 */
export async function readKubeconfig(
  files: string | readonly string[],
  options: KubeconfigOptions = {},
): Promise<KubeAccess> {
  const list = typeof files === 'string' ? [files] : files
  return kubeAccess(merge(await Promise.all(list.map(parse))), list.join(', '), options)
}

function merge(configs: readonly Kubeconfig[]): Kubeconfig {
  const current = configs.map((config) => config['current-context']).find(Boolean)
  return {
    ...(current !== undefined && { 'current-context': current }),
    contexts: configs.flatMap(({ contexts }) => contexts ?? []),
    clusters: configs.flatMap(({ clusters }) => clusters ?? []),
    users: configs.flatMap(({ users }) => users ?? []),
  }
}

/** Relative paths, and commands that contain a slash, are relative to the kubeconfig (client-go). */
function resolvePaths(config: Kubeconfig, base: string): Kubeconfig {
  const within = <T extends object>(entry: T | undefined, names: readonly (keyof T)[]): T | undefined => {
    if (!entry) return entry
    const found = names.filter((name) => typeof entry[name] === 'string' && entry[name] !== '')
    return { ...entry, ...Object.fromEntries(found.map((name) => [name, resolve(base, entry[name] as string)])) }
  }
  const clusters = config.clusters?.map((one) => ({ ...one, cluster: within(one.cluster, ['certificate-authority']) }))
  const users = config.users?.map((one) => {
    const user = within(one.user, ['client-certificate', 'client-key', 'tokenFile'])
    const exec = user?.exec?.command?.includes('/') ? within(user.exec, ['command']) : user?.exec
    return { ...one, user: user && { ...user, ...(exec && { exec }) } }
  })
  return { ...config, clusters: clusters ?? [], users: users ?? [] } as Kubeconfig
}

async function parse(file: string): Promise<Kubeconfig> {
  const text = readOrRefuse(file, 'the kubeconfig')
  const { load } = await import('js-yaml')
  try {
    const value = load(text)
    if (typeof value === 'object' && value !== null) return resolvePaths(value, dirname(resolve(file)))
  } catch (error) {
    throw new DroverError('INVALID', `${file} is no YAML: ${(error as Error).message.split('\n')[0]}`, { cause: error })
  }
  throw new DroverError('INVALID', `${file} is no kubeconfig`)
}

async function kubeAccess(config: Kubeconfig, file: string, options: KubeconfigOptions): Promise<KubeAccess> {
  const contexts = config.contexts ?? []
  const name = options.context ?? config['current-context'] ?? ''
  const names = contexts.map((context) => context.name)
  if (name === '') refuse(file, `names no current context; choose one of ${listed(names)}`)
  const context = contexts.find((context) => context.name === name)?.context
  if (!context) refuse(file, `has no context ${JSON.stringify(name)}; there are ${listed(names)}`)
  const cluster = config.clusters?.find((cluster) => cluster.name === context.cluster)?.cluster
  if (!cluster) refuse(file, `has no cluster ${JSON.stringify(context.cluster)}, which context ${name} names`)
  const user = config.users?.find((user) => user.name === context.user)?.user
  if (!user && context.user) refuse(file, `has no user ${JSON.stringify(context.user)}, which context ${name} names`)
  if (!cluster.server) refuse(file, `gives cluster ${context.cluster} no server`)
  if (user?.['auth-provider']) {
    const { name: provider } = user['auth-provider']
    throw new DroverError(
      'UNSUPPORTED',
      `${file}: auth-provider ${provider}, which kubectl dropped; use an exec plugin`,
    )
  }
  const insecure = cluster['insecure-skip-tls-verify'] === true
  return {
    url: cluster.server.replace(/\/+$/, ''),
    trust: { ...(await clusterTrust(cluster)), ...(await userCertificate(user, options)) },
    headers: () => authorization(user, options),
    context: name,
    namespace: context.namespace ?? 'default',
    insecure,
  }
}

async function clusterTrust(cluster: ClusterEntry): Promise<TrustOptions> {
  const ca = await dataOrFile(cluster, 'certificate-authority')
  const { 'tls-server-name': serverName, 'proxy-url': proxy } = cluster
  const insecure = cluster['insecure-skip-tls-verify'] === true
  if (insecure && ca !== undefined) {
    throw new DroverError(
      'INVALID',
      'the kubeconfig gives a certificate-authority and insecure-skip-tls-verify at once',
    )
  }
  return {
    ...(ca !== undefined && { ca }),
    ...(insecure && { insecure }),
    ...(serverName && { serverName }),
    ...(proxy && { proxy }),
  }
}

async function userCertificate(user: UserEntry = {}, options: KubeconfigOptions): Promise<TrustOptions> {
  const cert = await dataOrFile(user, 'client-certificate')
  const key = await dataOrFile(user, 'client-key')
  if (cert !== undefined && key !== undefined) return { clientCertificate: { cert, key } }
  if (cert !== undefined || key !== undefined) {
    throw new DroverError('INVALID', 'the kubeconfig gives a client certificate without its key, or a key alone')
  }
  if (!user.exec) return {}
  const { clientCertificate } = await execCredential(user.exec, options)
  return clientCertificate ? { clientCertificate } : {}
}

async function authorization(user: UserEntry = {}, options: KubeconfigOptions): Promise<Record<string, string>> {
  const token = await tokenOf(user, options)
  if (token !== undefined) return { authorization: `Bearer ${token}` }
  const { username, password = '' } = user
  if (username === undefined) return {}
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` }
}

/** Reads a token file every time: service account tokens are rotated in place. */
async function tokenOf(user: UserEntry, options: KubeconfigOptions): Promise<string | undefined> {
  if (user.tokenFile) return readOrRefuse(user.tokenFile, 'the token file').trim()
  if (user.token) return user.token
  return user.exec && (await execCredential(user.exec, options)).token
}

async function dataOrFile<Name extends string>(
  entry: { [key in Name | `${Name}-data`]?: string },
  name: Name,
): Promise<string | undefined> {
  const data: string | undefined = entry[`${name}-data`]
  if (data) return Buffer.from(data, 'base64').toString()
  const file: string | undefined = entry[name]
  return file ? readOrRefuse(file, `the ${name} of the kubeconfig`) : undefined
}

function readOrRefuse(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message
    throw new DroverError('INVALID', `cannot read ${what} ${file}: ${why}`, { cause: error })
  }
}

function refuse(file: string, problem: string): never {
  throw new DroverError('INVALID', `${file} ${problem}`)
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ')
}

const account = '/var/run/secrets/kubernetes.io/serviceaccount'

/** Access through the pod's service account; undefined outside a pod. */
export async function inClusterAccess(
  env: Readonly<Record<string, string | undefined>>,
  directory = account,
): Promise<KubeAccess | undefined> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = env
  if (!host) return undefined
  const read = (name: string) => readOrRefuse(resolve(directory, name), 'the service account’s')
  return {
    url: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    trust: { ca: read('ca.crt') },
    headers: async () => ({ authorization: `Bearer ${read('token').trim()}` }),
    context: 'in-cluster',
    namespace: read('namespace').trim(),
    insecure: false,
  }
}
