import { lstatSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/** Where a user's caches go, by the platform's custom; undefined where there is no such place, or NODE_DISABLE_COMPILE_CACHE is set. */
export function codeCacheFolder(env: Environment, platform: NodeJS.Platform): string | undefined {
  if (env['NODE_DISABLE_COMPILE_CACHE']) return undefined
  const { HOME, XDG_CACHE_HOME, LOCALAPPDATA } = env
  if (platform === 'win32') return LOCALAPPDATA ? join(LOCALAPPDATA, 'drover', 'code') : undefined
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, 'drover', 'code')
  return HOME ? join(HOME, platform === 'darwin' ? 'Library/Caches' : '.cache', 'drover', 'code') : undefined
}

/** Whether the folder is this user's, and no other may write into it. On Windows a profile's folder is by its own rights. */
export function isOursAlone(folder: string): boolean {
  const { uid, mode } = lstatSync(folder)
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o22) === 0)
}

const oldestMs = 30 * 86_400_000

/** Removes what older versions left: files that were not written for 30 days. */
export function cleanCodeCache(folder: string): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name)
    if (Date.now() - lstatSync(file).mtimeMs > oldestMs) rmSync(file, { force: true })
  }
}
