import { DroverError } from '../../model/errors.ts'
import type { ExitCode } from '../exit-codes.ts'
import type { TargetAddress, Wish } from '../../rollout/index.ts'
import { openPlaces, placesOf, refuseSeveralServers } from '../open-places.ts'
import { readNamedFile } from '../read-named-file.ts'
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
  const text = filename === '-' ? await terminal.readInput() : readNamedFile(filename, filename, terminal)
  const written = await parseChanges(text, filename === '-' ? 'standard input' : filename)
  const changes = written.map((change) => readChange(change, flags))
  if (changes.length === 0) throw new DroverError('INVALID', `${filename} contains no changes`)
  refuseSeveralServers(changes.map(({ address }) => address))
  using places = openPlaces(flags, terminal)
  const placed = changes.map(({ place, ...change }) => ({
    ...change,
    at: place ? [place] : placesOf(change.address, places),
  }))
  return runMany(await placeChanges(places, placed), flags, terminal)
}

interface WrittenValue {
  value: unknown
  /** For messages: `changes.txt:3`, or `changes.yaml, change 2`. */
  where: string
}

async function parseChanges(text: string, file: string): Promise<WrittenValue[]> {
  const lines = text
    .split('\n')
    .map((line, index) => ({ value: line.replace(/(?:^|\s)#.*$/, '').trim(), where: `${file}:${index + 1}` }))
    .filter(({ value }) => value !== '')
  if (!lines.some(({ value }) => isYaml(value))) return lines
  const { loadAll } = await import('js-yaml')
  try {
    return loadAll(text)
      .flat()
      .filter((value) => value !== null && value !== undefined)
      .map((value, index) => ({ value, where: `${file}, change ${index + 1}` }))
  } catch (cause) {
    const [reason = ''] = (cause as Error).message.split('\n')
    throw new DroverError('INVALID', `${file} contains neither lines nor YAML: ${reason}`, { cause })
  }
}

/** A document's start, an item, a field, or JSON. `deployment:shop:web` is a workload. */
function isYaml(line: string): boolean {
  return /^(?:---|-\s|[[{]|\w+:(?:\s|$))/.test(line)
}

interface ReadChange {
  address: TargetAddress
  wishes: Wish[]
  /** Where the file says so. */
  place?: Place
}

const fields = ['workload', 'namespace', 'cluster', 'context', 'images', 'image']
const right = `expected { workload: deployment/web, namespace: shop, images: { web: shop/web:33 } }; the fields are ${fields.join(', ')}`

/** Raises what reading it raises, with the place in the file. */
function readChange({ value, where }: WrittenValue, flags: ApplyFlags): ReadChange {
  try {
    return typeof value === 'string' ? readLine(value, flags) : readDocument(value, flags)
  } catch (error) {
    if (!(error instanceof DroverError)) throw error
    throw new DroverError(error.code, `${where}: ${error.message}`, { cause: error })
  }
}

function readLine(line: string, { namespace }: ApplyFlags): ReadChange {
  const [workload = '', ...changes] = line.split(/\s+/)
  return { address: readWorkload(workload, namespaceFor(workload, namespace)), wishes: readWishes(changes, {}) }
}

function readDocument(value: unknown, { namespace }: ApplyFlags): ReadChange {
  const { workload, namespace: own, cluster, context, images, image } = readFields(value)
  const changes = image === undefined ? Object.entries(images ?? {}).map(([name, to]) => `${name}=${to}`) : [image]
  const address = readWorkload(workload, own ?? namespaceFor(workload, namespace))
  const place = context !== undefined ? { context } : cluster !== undefined ? { cluster } : undefined
  if (place && address.server !== undefined)
    refuse('the workload’s address names its cluster; omit cluster and context')
  return { address, wishes: readWishes(changes, {}), ...(place && { place }) }
}

/** An unknown field may be a typo that would send the change elsewhere. */
function readFields(value: unknown): WrittenChange {
  if (typeof value !== 'object' || value === null) refuse('not a map of fields')
  const unknown = Object.keys(value).find((field) => !fields.includes(field))
  if (unknown !== undefined) refuse(`unknown field ${JSON.stringify(unknown)}`)
  const { images, ...texts } = value as Record<string, unknown>
  const wrong = Object.entries(texts).find(([, text]) => typeof text !== 'string' || text === '')
  if (wrong) refuse(`${wrong[0]} must be a text`)
  const change = value as unknown as Partial<WrittenChange>
  if (change.workload === undefined) refuse('workload is missing')
  if ((images === undefined) === (change.image === undefined)) refuse('exactly one of images and image is needed')
  if (images !== undefined && !isMapOfTexts(images)) refuse('images must map containers to images')
  if (change.cluster !== undefined && change.context !== undefined) refuse('cluster and context exclude each other')
  return change as WrittenChange
}

function isMapOfTexts(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const texts = Object.values(value)
  return texts.length > 0 && texts.every((text) => typeof text === 'string')
}

function refuse(problem: string): never {
  throw new DroverError('INVALID', `${problem}; ${right}`)
}

/** The flag is for those that name none themselves. */
function namespaceFor(workload: string, namespace: string | undefined): string | undefined {
  return workload.includes(':') ? undefined : namespace
}
