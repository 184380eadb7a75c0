import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { DroverError } from '../../model/errors.ts'
import type { ExitCode } from '../exit-codes.ts'
import { openTarget } from '../open-target.ts'
import { readWorkload } from '../read-workload.ts'
import { readConnection } from '../settings.ts'
import type { Terminal } from '../terminal.ts'
import { onePlace, readWishes, type ChangeFlags } from './set-image.ts'
import { runMany } from './set-many.ts'

export interface ApplyFlags extends ChangeFlags {
  filename: string
}

interface WrittenChange {
  workload: string
  namespace?: string
  /** By container; `*` is all of them. */
  images?: Record<string, string>
  /** Of the containers that run another tag of it. */
  image?: string
}

/** Changes from a file: YAML documents, a list of them, or one change a line as `set image` takes it. */
export async function applyCommand(flags: ApplyFlags, terminal: Terminal): Promise<ExitCode> {
  const { filename } = flags
  const text = filename === '-' ? await terminal.readInput() : await read(filename, terminal)
  const changes = (await parseChanges(text)).map((change) => readChange(change, filename, flags))
  if (changes.length === 0) throw new DroverError('INVALID', `${filename} has no changes in it`)
  const place = onePlace(changes.map(({ address }) => address))
  using opened = await openTarget(await readConnection(flags, terminal, place), terminal)
  const items = changes.map(({ address: { workload }, wishes }) => ({ workload, wishes }))
  return runMany(opened, items, flags, terminal)
}

async function read(file: string, { cwd }: Terminal): Promise<string> {
  try {
    return await readFile(resolve(cwd, file), 'utf8')
  } catch (cause) {
    throw new DroverError('INVALID', `cannot read ${file}: ${(cause as NodeJS.ErrnoException).code}`, { cause })
  }
}

async function parseChanges(text: string): Promise<unknown[]> {
  const lines = text
    .split('\n')
    .map((line) => line.replace(/(?:^|\s)#.*$/, '').trim())
    .filter(Boolean)
  if (lines.every((line) => /^\S+[/:]\S+(?:\s+[^\s:=]*[=/:]\S+)+$/.test(line) && !/:\s/.test(line))) return lines
  const { loadAll } = await import('js-yaml')
  try {
    return loadAll(text)
      .flat()
      .filter((one) => one !== null && one !== undefined)
  } catch (error) {
    throw new DroverError('INVALID', `neither lines nor YAML: ${(error as Error).message.split('\n')[0]}`, {
      cause: error,
    })
  }
}

function readChange(value: unknown, file: string, { namespace }: ApplyFlags) {
  if (typeof value === 'string') {
    const [workload = '', ...changes] = value.split(/\s+/)
    return { address: readWorkload(workload, namespaceFor(workload, namespace)), wishes: readWishes(changes, {}) }
  }
  const { workload, namespace: own, images, image } = (value ?? {}) as Partial<WrittenChange>
  if (typeof workload !== 'string' || (images === undefined) === (image === undefined)) {
    const right = '{ workload: deployment/web, namespace: shop, images: { web: shop/web:33 } }, or image: shop/web:33'
    throw new DroverError('INVALID', `${file}: not a change: ${JSON.stringify(value)}; expected ${right}`)
  }
  const changes = image === undefined ? Object.entries(images ?? {}).map(([name, to]) => `${name}=${to}`) : [image]
  return { address: readWorkload(workload, own ?? namespaceFor(workload, namespace)), wishes: readWishes(changes, {}) }
}

/** The flag is for those that name none themselves. */
function namespaceFor(workload: string, namespace: string | undefined): string | undefined {
  return workload.includes(':') ? undefined : namespace
}
