import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Script } from 'node:vm'
import { codeCacheFolder, cleanCodeCache, isOursAlone } from './code-cache-folder.ts'

type Require = (name: string) => unknown
type Piece = (module: { exports: unknown }, exports: unknown, require: Require, folder: string) => void
type Pack = Readonly<Record<string, Piece>>

export interface PacksOptions {
  /** Where the packs are. */
  folder: string
  /** Pack files, and the hash of their content: what was cached for another content is not used. */
  packs: Readonly<Record<string, string>>
  /** Which pack has which piece. */
  pieces: Readonly<Record<string, string>>
  /** For everything that is no piece: Node's own modules, native ones. */
  require: Require
  /** Of the cache: what one command compiles another may not need. Absent: nothing is kept. */
  command: string | undefined
  env: Readonly<Record<string, string | undefined>>
  onExit: (listener: (code: number) => void) => void
}

/**
 * The bin's code: pieces, each loaded once and only when it is required, out of a few files. What V8 compiled of a file is
 * kept for the next start of the same command (docs/decisions/0003-a-bin-in-packs.md).
 */
export function packedRequire({ folder, packs, pieces, require, command, env, onExit }: PacksOptions): Require {
  const cache = command === undefined ? undefined : codeCacheFolder(env, process.platform)
  const opened = new Map<string, Pack>()
  const loaded = new Map<string, { exports: unknown }>()
  const open = (name: string): Pack => {
    let pack = opened.get(name)
    if (!pack) opened.set(name, (pack = openPack(join(folder, name), cacheFile(name), onExit)))
    return pack
  }
  const cacheFile = (name: string) =>
    cache === undefined ? undefined : { folder: cache, name: `${packs[name]}-${process.version}-${command}` }
  const requirePiece = (name: string): unknown => {
    const pack = pieces[name]
    if (pack === undefined) return require(name)
    let module = loaded.get(name)
    if (!module) {
      loaded.set(name, (module = { exports: {} }))
      open(pack)[name]?.(module, module.exports, requirePiece, folder)
    }
    return module.exports
  }
  return requirePiece
}

interface CacheFile {
  folder: string
  name: string
}

function openPack(file: string, cache: CacheFile | undefined, onExit: PacksOptions['onExit']): Pack {
  const cachedData = cache && readCached(cache)
  const script = new Script(readFileSync(file, 'latin1'), { filename: file, ...(cachedData && { cachedData }) })
  if (cache && (!cachedData || script.cachedDataRejected)) {
    // at the end, when what the command needs is compiled; only of commands that went well, whose word is then no typing error
    onExit((code) => code === 0 && keep(script, cache))
  }
  return script.runInThisContext() as Pack
}

/** V8 believes what it is given, and ends the process where that is damaged: so the file begins with its digest. */
const digestBytes = 32

function digestOf(data: Buffer): Buffer {
  // loaded here, since `--version` does without
  return process.getBuiltinModule('node:crypto').hash('sha256', data, 'buffer')
}

/** What is executed must be nobody else's: it is read only where folder and file are ours, and no other may write there. */
function readCached({ folder, name }: CacheFile): Buffer | undefined {
  let file: number | undefined
  try {
    if (!isOursAlone(folder)) return undefined
    file = openSync(join(folder, name), 'r')
    if (fstatSync(file).uid !== (process.getuid?.() ?? 0)) return undefined
    const bytes = readFileSync(file)
    const data = bytes.subarray(digestBytes)
    return digestOf(data).equals(bytes.subarray(0, digestBytes)) ? data : undefined
  } catch {
    return undefined
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** A cache is no duty: where it cannot be kept, nothing is said. */
function keep(script: Script, { folder, name }: CacheFile): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (!isOursAlone(folder)) return
    const draft = join(folder, `${name}.${process.pid}`)
    const data = script.createCachedData()
    writeFileSync(draft, Buffer.concat([digestOf(data), data]), { mode: 0o600 })
    renameSync(draft, join(folder, name))
    cleanCodeCache(folder)
  } catch {
    // the next start compiles again
  }
}
