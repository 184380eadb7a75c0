import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KeyPair } from '../../src/cli/serve/certificates.ts'

/** Where scripts/prerequisites.sh unpacks it. */
const unpacked = join(import.meta.dirname, '../../node_modules/.cache/drover/docker-registry/usr/bin/docker-registry')

/** Debian's docker-registry; undefined if scripts/prerequisites.sh could not provide it. */
export const dockerRegistry = ['/usr/bin/docker-registry', unpacked].find((place) => existsSync(place))

export interface RunningRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  host: string
}

/** The password file: user `puller`, password `pull-only`. */
const htpasswd = 'puller:$2b$04$rk1D96vjIbgmhfFg2UCaGuqbOuLlxAd4Tm4/7eJHj6Cm2E2lwMfNy\n'

/** Credentials when `auth` is on. */
export const puller = { username: 'puller', password: 'pull-only' }

export interface RegistryOptions {
  auth?: boolean
  /** TLS instead of plain http. */
  tls?: KeyPair
}

export async function startDockerRegistry({ auth = false, tls }: RegistryOptions = {}): Promise<RunningRegistry> {
  if (dockerRegistry === undefined) throw new Error('there is no docker-registry: run scripts/prerequisites.sh')
  const folder = await mkdtemp(join(tmpdir(), 'drover-registry-'))
  const host = `127.0.0.1:${await freePort()}`
  const lines = [
    'version: 0.1',
    'log: { level: error, accesslog: { disabled: true } }',
    `storage: { filesystem: { rootdirectory: ${join(folder, 'data')} } }`,
    `http: { addr: "${host}"${tls ? `, tls: { certificate: ${join(folder, 'tls.crt')}, key: ${join(folder, 'tls.key')} }` : ''} }`,
    ...(auth ? [`auth: { htpasswd: { realm: tests, path: ${join(folder, 'htpasswd')} } }`] : []),
  ]
  await writeFile(join(folder, 'config.yml'), `${lines.join('\n')}\n`)
  await writeFile(join(folder, 'htpasswd'), htpasswd)
  if (tls) {
    await writeFile(join(folder, 'tls.crt'), tls.cert)
    await writeFile(join(folder, 'tls.key'), tls.key)
  }
  const child = spawn(dockerRegistry, ['serve', join(folder, 'config.yml')], { stdio: 'ignore' })
  const exited = new Promise<void>((done) => child.once('exit', () => done()))
  for (let tries = 0; tries < 100; tries++) {
    if (await listens(host)) break
    await sleep(50)
  }
  return {
    host,
    async [Symbol.asyncDispose]() {
      child.kill()
      await exited
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

function listens(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(host.split(':')[1]), '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

export const manifestType = 'application/vnd.oci.image.manifest.v1+json'
export const indexType = 'application/vnd.oci.image.index.v1+json'

type Send = (
  url: URL | string,
  init: { method: string; headers?: Record<string, string>; body?: string },
) => Promise<Response>

/**
 * Pushes a minimal image to shop/web as `1`, and an index of it for linux/arm64 as `many`. Returns the image's digest.
 */
export async function push(root: string, headers: Record<string, string> = {}, send: Send = fetch): Promise<string> {
  const repository = `${root}/v2/shop/web`
  const config = '{}'
  const start = await send(`${repository}/blobs/uploads/`, { method: 'POST', headers })
  const place = new URL(start.headers.get('location') ?? '', repository)
  place.searchParams.set('digest', digestOf(config))
  const type = 'application/octet-stream'
  await send(place, { method: 'PUT', headers: { ...headers, 'content-type': type }, body: config })
  const blob = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf(config), size: config.length }
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config: blob, layers: [] })
  const put = async (tag: string, contentType: string, body: string) => {
    const url = `${repository}/manifests/${tag}`
    const { status } = await send(url, { method: 'PUT', headers: { ...headers, 'content-type': contentType }, body })
    if (status !== 201) throw new Error(`the registry answered ${status} to the push of ${tag}`)
  }
  await put('1', manifestType, manifest)
  const digest = digestOf(manifest)
  const platform = { os: 'linux', architecture: 'arm64' }
  const manifests = [{ mediaType: manifestType, digest, size: manifest.length, platform }]
  await put('many', indexType, JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests }))
  return digest
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}
