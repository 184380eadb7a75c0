import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, constants, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Kubernetes minors the control plane can be built for; each is a module file next to the program. */
export const minors = {
  '1.37': { version: 'v1.37.2', modules: 'go.mod' },
  '1.33': { version: 'v1.33.13', modules: 'v1.33.mod' },
} as const

export type Minor = keyof typeof minors

/** Paths of the programs that make up a cluster. */
export interface Programs {
  etcd: string
  controlPlane: string
  kwok: string
}

/** A program is not available on this machine; the message says what was tried. */
export class Unavailable extends Error {}

const here = join(process.cwd(), 'test', 'kubernetes')
const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'drover', 'kubernetes')

/** Limits in ms for a download and a build: a network that drops packets must not hold up other tests. */
const patience = { download: 10 * 60_000, build: 25 * 60_000 }

/**
 * Finds or builds the programs. Builds are cached, so that only the first one takes ten minutes. With `onlyBuilt`, raises
 * Unavailable instead of building.
 */
export async function findPrograms(
  minor: Minor,
  say: (line: string) => void,
  { onlyBuilt = false } = {},
): Promise<Programs> {
  await mkdir(cache, { recursive: true })
  const kept = onlyBuilt ? cached : cachedOrMade
  const { version, modules } = minors[minor]
  return {
    etcd: (await findInPath('etcd')) ?? (await kept('etcd', 'debian', (folder) => unpackEtcd(folder, say))),
    kwok: await kept('kwok', await digestOf('kwok', ['go.mod', 'go.sum']), (folder) =>
      build({ module: 'kwok', modules: 'go.mod', what: 'sigs.k8s.io/kwok/cmd/kwok', folder, say }),
    ),
    controlPlane: await kept(
      `controlplane-${version}`,
      await digestOf('controlplane', ['main.go', modules, modules.replace('.mod', '.sum')]),
      (folder) => build({ module: 'controlplane', modules, what: '.', flags: versionFlags(version), folder, say }),
    ),
  }
}

async function cached(name: string, key: string): Promise<string> {
  const path = join(cache, `${name}-${key}`)
  if (await isProgram(path)) return path
  throw new Unavailable(`${name} is not built; \`npm run test:kubernetes -- --build\` builds it`)
}

/** A cached program. Built in a separate folder and moved into place when complete. */
async function cachedOrMade(name: string, key: string, make: (folder: string) => Promise<string>): Promise<string> {
  const path = join(cache, `${name}-${key}`)
  if (await isProgram(path)) return path
  const folder = await mkdtemp(join(cache, 'making-'))
  try {
    await rename(await make(folder), path)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return path
}

interface Build {
  module: string
  modules: string
  /** The package to build. */
  what: string
  /** Linker flags. */
  flags?: string
  folder: string
  say: (line: string) => void
}

async function build({ module, modules, what, flags = '', folder, say }: Build): Promise<string> {
  const options = { cwd: join(here, module), maxBuffer: 64 << 20 }
  const target = join(folder, 'program')
  say(`building ${module} of ${modules}; the first time this takes minutes`)
  const download = execute('go', ['mod', 'download', `-modfile=${modules}`], { ...options, timeout: patience.download })
  await download.catch((error: unknown) => {
    throw new Unavailable(`the Go modules of test/kubernetes/${module} could not be had: ${tailOf(error)}`)
  })
  const args = ['go', 'build', `-modfile=${modules}`, `-ldflags=-s -w ${flags}`, '-o', target, what]
  await execute('nice', args, { ...options, timeout: patience.build }).catch((error: unknown) => {
    if (!(error as { killed?: boolean }).killed) throw error
    throw new Unavailable(`test/kubernetes/${module} was not built within ${patience.build / 60_000} minutes`)
  })
  return target
}

/** Sets what `/version` answers, as Kubernetes' own build does. */
function versionFlags(version: string): string {
  const [major = '', minor = ''] = version.slice(1).split('.')
  const values = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' }
  return ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
    .flatMap((home) => Object.entries(values).map(([name, value]) => `-X ${home}.${name}=${value}`))
    .join(' ')
}

/** Unpacks Debian's etcd-server without installing it: no service starts, nothing outside the cache changes. */
async function unpackEtcd(folder: string, say: (line: string) => void): Promise<string> {
  say('getting etcd from Debian')
  const download = () => execute('apt-get', ['download', 'etcd-server'], { cwd: folder, timeout: patience.download })
  try {
    await download().catch(async () => {
      await execute('apt-get', ['update'], { timeout: patience.download })
      await download()
    })
    const file = (await readdir(folder)).find((name) => name.endsWith('.deb')) ?? ''
    await execute('dpkg', ['-x', file, 'unpacked'], { cwd: folder })
  } catch (error) {
    throw new Unavailable(
      `no etcd in PATH, and Debian’s package etcd-server could not be downloaded: ${tailOf(error)}`,
      { cause: error },
    )
  }
  return join(folder, 'unpacked', 'usr', 'bin', 'etcd')
}

/** Whether Go is installed. */
export async function hasGo(): Promise<boolean> {
  return (await findInPath('go')) !== undefined
}

async function findInPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (folder && (await isProgram(join(folder, name)))) return join(folder, name)
  }
  return undefined
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

async function digestOf(folder: string, files: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const file of files) hash.update(await readFile(join(here, folder, file)))
  return hash.digest('hex').slice(0, 12)
}

function tailOf(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string }
  return (stderr || message || '').trim().split('\n').slice(-3).join('; ')
}
