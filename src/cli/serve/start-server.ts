import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCluster } from '../../cluster/index.ts'
import type { Fetch } from '../../model/http.ts'
import { openServer, type RancherServer, type ServerOptions } from '../../rancher/index.ts'
import type { Sample } from '../sample/samples.ts'
import { serverCertificates } from './certificates.ts'
import { certificateHosts, type ListenAddress } from './listen-address.ts'
import { listen } from './listen.ts'
import { OpenedParts } from './opened-parts.ts'
import { plainPort } from './plain-port.ts'
import { readWebFiles } from './web-files.ts'
import { websocketUpgrade } from './websockets.ts'

export interface StartOptions {
  listen: ListenAddress
  /** A second, plain HTTP port that redirects to the first. */
  redirectFrom?: ListenAddress | undefined
  /** The cluster: a folder or memory for the embedded one, or another cluster's API. */
  cluster: { directory: string } | 'in-memory' | { kube: Fetch; directory: string }
  tls: 'own' | 'none' | { cert: string; key: string }
  /** Extra names for the server's own certificate. */
  hostnames?: readonly string[]
  sample?: Sample | undefined
  stalePut?: ServerOptions['stalePut']
  /** Looks up registry tags for the console. Default: no lookups. */
  askForTags?: ServerOptions['askForTags']
  adminPassword?: string | undefined
  onFailure: NonNullable<ServerOptions['onFailure']>
  now: () => number
}

export interface RunningServer extends AsyncDisposable {
  readonly url: string
  /** The CA to trust, if the server created its own. */
  readonly ca?: { file: string; cert: string }
  readonly server: RancherServer
}

/** Starts everything from the cluster up to the socket. Disposing stops it in reverse order. */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  await using parts = new OpenedParts()
  const directory = await dataFolder(options.cluster, parts)
  const kube = await openKube(options.cluster, parts)
  const { ca, tls } = await certificatesFor(options, directory)
  const web = await readWebFiles()
  const server = parts.use(
    await openServer({
      kube,
      cacerts: ca?.cert ?? '',
      page: web?.page,
      onFailure: options.onFailure,
      now: options.now,
      stalePut: options.stalePut,
      askForTags: options.askForTags,
      ...(options.sample && { clusterId: options.sample.clusterId, defaultProject: options.sample.projectId }),
      ...(options.adminPassword !== undefined && { adminPassword: options.adminPassword }),
    }),
  )
  await options.sample?.load(kube)
  const closing = new AbortController()
  const answer: Fetch = async (request) => web?.answer(request) ?? server.fetch(request)
  const onError = (error: unknown) => options.onFailure({ error })
  const upgrade = websocketUpgrade(server, closing.signal)
  const listener = parts.use(await listen(answer, { ...options.listen, tls, upgrade, onError }))
  if (options.redirectFrom) {
    parts.use(await listen(plainPort(answer, listener.port), { ...options.redirectFrom, onError }))
  }
  parts.defer(() => closing.abort())
  const whole = parts.move()
  return {
    url: listener.url,
    server,
    ...(ca && { ca }),
    [Symbol.asyncDispose]: () => whole[Symbol.asyncDispose](),
  }
}

/** Where certificates are kept; a temporary folder for an in-memory cluster. */
async function dataFolder(cluster: StartOptions['cluster'], parts: OpenedParts): Promise<string> {
  if (cluster !== 'in-memory') {
    await mkdir(cluster.directory, { recursive: true, mode: 0o700 })
    return cluster.directory
  }
  const directory = await mkdtemp(join(tmpdir(), 'drover-'))
  parts.defer(() => rm(directory, { recursive: true, force: true }))
  return directory
}

async function openKube(cluster: StartOptions['cluster'], parts: OpenedParts): Promise<Fetch> {
  if (cluster !== 'in-memory' && 'kube' in cluster) return cluster.kube
  return parts.use(await openCluster(cluster === 'in-memory' ? {} : { directory: cluster.directory })).fetch
}

async function certificatesFor({ cluster, tls, hostnames, listen, now }: StartOptions, directory: string) {
  if (tls === 'none') return {}
  if (tls !== 'own') return { tls }
  const place = cluster === 'in-memory' ? { caFile: join(directory, 'ca.crt') } : { directory: join(directory, 'tls') }
  const { ca, leaf } = await serverCertificates(place, certificateHosts(listen.host, hostnames), now())
  return { ca, tls: leaf }
}
