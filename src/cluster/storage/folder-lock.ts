import { readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DroverError } from '../../model/errors.ts'

const fileName = 'cluster.pid'

/** Folders opened by this process. */
const own = new Set<string>()

/**
 * Locks a data folder with a file containing the pid and start time; a stale lock is ignored. Raises `LOCKED` with the
 * owner's pid. Returns the release function.
 * SQLite's exclusive lock is not reliable here: the driver releases a closed database only when its statements are
 * garbage collected.
 */
export function lockFolder(directory: string): () => void {
  const path = join(realpathSync(directory), fileName)
  if (own.has(path)) throw locked(directory, process.pid)
  const claim = `${process.pid} ${startTime(process.pid)}\n`
  if (!tryClaim(path, claim)) {
    const owner = readOwner(path)
    if (owner !== undefined) throw locked(directory, owner)
    rmSync(path, { force: true })
    if (!tryClaim(path, claim)) throw locked(directory, readOwner(path))
  }
  own.add(path)
  return () => {
    own.delete(path)
    rmSync(path, { force: true })
  }
}

function tryClaim(path: string, claim: string): boolean {
  try {
    writeFileSync(path, claim, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** The lock's owner, if still running. */
function readOwner(path: string): number | undefined {
  const [pid, started] = readText(path).trim().split(' ')
  const owner = Number(pid)
  if (!Number.isInteger(owner) || owner <= 0 || owner === process.pid) return undefined
  return isRunning(owner) && startTime(owner) === (started ?? '') ? owner : undefined
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Distinguishes a process from a later one with the same pid, where the system allows (Linux: field 22 of stat). */
function startTime(pid: number): string {
  const stat = readText(`/proc/${pid}/stat`)
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function locked(directory: string, owner: number | undefined): DroverError {
  const who = owner === undefined ? '' : ` (process ${owner})`
  return new DroverError(
    'LOCKED',
    `The data folder ${directory} is in use by another Drover${who}. Stop that one, or choose another folder.`,
  )
}
