import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { DroverError } from '../../model/errors.ts'
import type { ExitCode } from '../exit-codes.ts'
import type { TargetAddress, Wish } from '../../rollout/index.ts'
import { openPlaces, placesOf, refuseSeveralServers } from '../open-places.ts'
import { readWorkload } from '../read-workload.ts'
import type { Place } from '../settings.ts'
import type { Terminal } from '../terminal.ts'
import { readWishes, type ChangeFlags } from './set-image.ts'
import { placeChanges, runMany } from './set-many.ts'

export interface ApplyFlags extends ChangeFlags {
  filename: string
}

interface WrittenChange {
  workload: string
  namespace?: string
  /** A cluster of the server, by id or name. */
  cluster?: string
  /** Or a context of the kubeconfig. */
  context?: string
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
  refuseSeveralServers(changes.map(({ address }) => address))
  using places = openPlaces(flags, terminal)
  const placed = changes.map(({ place, ...change }) => ({
    ...change,
    at: place ? [place] : placesOf(change.address, places),
  }))
  return runMany(await placeChanges(places, placed), flags, terminal)
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

interface ReadChange {
  address: TargetAddress
  wishes: Wish[]
  /** Where the file says so. */
  place?: Place
}

const right =
  'expected { workload: deployment/web, namespace: shop, images: { web: shop/web:33 } }, or image: shop/web:33; and cluster: or context: where it is not that of the flags'
const fields = ['workload', 'namespace', 'cluster', 'context', 'images', 'image']

function readChange(value: unknown, file: string, { namespace }: ApplyFlags): ReadChange {
  if (typeof value === 'string') {
    const [workload = '', ...changes] = value.split(/\s+/)
    return { address: readWorkload(workload, namespaceFor(workload, namespace)), wishes: readWishes(changes, {}) }
  }
  const { workload, namespace: own, cluster, context, images, image } = readFields(value, file)
  const changes = image === undefined ? Object.entries(images ?? {}).map(([name, to]) => `${name}=${to}`) : [image]
  const address = readWorkload(workload, own ?? namespaceFor(workload, namespace))
  const place = context !== undefined ? { context } : cluster !== undefined ? { cluster } : undefined
  if (place && address.server !== undefined)
    refuse(value, file, 'its address says where it is; leave out cluster and context')
  return { address, wishes: readWishes(changes, {}), ...(place && { place }) }
}

/** A field that is not known is a slip that might send the change elsewhere. */
function readFields(value: unknown, file: string): WrittenChange {
  if (typeof value !== 'object' || value === null) refuse(value, file, 'it is no object')
  const unknown = Object.keys(value).find((field) => !fields.includes(field))
  if (unknown !== undefined) refuse(value, file, `there is no field ${JSON.stringify(unknown)}`)
  const { images, ...texts } = value as Record<string, unknown>
  const wrong = Object.entries(texts).find(([, text]) => typeof text !== 'string' || text === '')
  if (wrong) refuse(value, file, `${wrong[0]} is no text`)
  const change = value as unknown as Partial<WrittenChange>
  if (change.workload === undefined) refuse(value, file, 'it names no workload')
  if ((images === undefined) === (change.image === undefined)) refuse(value, file, 'it needs either images or image')
  if (images !== undefined && !isMapOfTexts(images)) refuse(value, file, 'images is no map of container to image')
  if (change.cluster !== undefined && change.context !== undefined)
    refuse(value, file, 'it has both cluster and context')
  return change as WrittenChange
}

function isMapOfTexts(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const texts = Object.values(value)
  return texts.length > 0 && texts.every((text) => typeof text === 'string')
}

function refuse(value: unknown, file: string, problem: string): never {
  throw new DroverError('INVALID', `${file}: not a change: ${JSON.stringify(value)}: ${problem}; ${right}`)
}

/** The flag is for those that name none themselves. */
function namespaceFor(workload: string, namespace: string | undefined): string | undefined {
  return workload.includes(':') ? undefined : namespace
}
