import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const cache = join(import.meta.dirname, '../../node_modules/.cache/drover/docker-registry')

/** Debian's docker-registry: the system's, or one that apt-get can bring into the cache; undefined where there is none. */
export async function findDockerRegistry(): Promise<string | undefined> {
  for (const place of ['/usr/bin/docker-registry', join(cache, 'usr/bin/docker-registry')]) {
    if (existsSync(place)) return place
  }
  try {
    await mkdir(cache, { recursive: true })
    execFileSync('apt-get', ['download', 'docker-registry'], { cwd: cache, stdio: 'ignore' })
    const [deb = ''] = (await readdir(cache)).filter((name) => name.endsWith('.deb'))
    execFileSync('dpkg', ['-x', deb, '.'], { cwd: cache, stdio: 'ignore' })
    await rm(join(cache, deb))
    return join(cache, 'usr/bin/docker-registry')
  } catch {
    return undefined
  }
}

export interface RunningRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  host: string
}

/** The password file's only user is `puller`, with the password `pull-only`. */
const htpasswd = 'puller:$2b$04$rk1D96vjIbgmhfFg2UCaGuqbOuLlxAd4Tm4/7eJHj6Cm2E2lwMfNy\n'

export async function startDockerRegistry(program: string, { auth = false } = {}): Promise<RunningRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'drover-registry-'))
  const host = `127.0.0.1:${await freePort()}`
  const lines = [
    'version: 0.1',
    'log: { level: error, accesslog: { disabled: true } }',
    `storage: { filesystem: { rootdirectory: ${join(folder, 'data')} } }`,
    `http: { addr: "${host}" }`,
    ...(auth ? [`auth: { htpasswd: { realm: tests, path: ${join(folder, 'htpasswd')} } }`] : []),
  ]
  await writeFile(join(folder, 'config.yml'), `${lines.join('\n')}\n`)
  await writeFile(join(folder, 'htpasswd'), htpasswd)
  const child = spawn(program, ['serve', join(folder, 'config.yml')], { stdio: 'ignore' })
  const exited = new Promise<void>((done) => child.once('exit', () => done()))
  for (let tries = 0; tries < 100; tries++) {
    const answer = await fetch(`http://${host}/v2/`).catch(() => undefined)
    if (answer) break
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
