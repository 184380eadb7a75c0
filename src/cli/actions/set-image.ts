import { parseImageReference } from '../../model/image-reference.ts'
import { DroverError } from '../../model/errors.ts'
import {
  kindNamed,
  parseWish,
  setImage,
  type SetImageOptions,
  type WantedImage,
  type Wish,
} from '../../rollout/index.ts'
import type { ExitCode } from '../exit-codes.ts'
import { imageChecks, type ImageFlags } from '../image-check.ts'
import { openTarget } from '../open-target.ts'
import { readWorkload } from '../read-workload.ts'
import { readConnection, type ConnectionFlags } from '../settings.ts'
import type { Terminal } from '../terminal.ts'
import { runChange, type OutputFormat } from './run-change.ts'

export interface ChangeFlags extends ConnectionFlags, ImageFlags {
  wait?: boolean
  timeout?: number
  imageGrace?: number
  dryRun?: boolean
  expect?: string
  sequence?: number
  forceOwned?: boolean
  cause?: string
  rollbackOnFailure?: boolean
  maxParallel?: number
  waveSize?: number
  stopOnFailure?: boolean
  output?: OutputFormat
}

export interface SetImageFlags extends ChangeFlags {
  match?: string
  tag?: string
  selector?: string
  allNamespaces?: boolean
}

/** Reads everything that the caller wrote before it reaches for the network. */
export async function setImageCommand(
  words: readonly string[],
  flags: SetImageFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const { targets, changes } = tellApart(words, flags)
  const wishes = readWishes(changes, flags)
  const severalPlaces = `${flags.context ?? ''},${flags.cluster ?? ''}`.split(',').filter(Boolean).length > 1
  if (flags.selector !== undefined || flags.allNamespaces || targets.length !== 1 || severalPlaces) {
    return (await import('./set-many.ts')).setManyCommand(targets, wishes, flags, terminal)
  }
  const address = readWorkload(targets[0] ?? '', flags.namespace)
  const connection = await readConnection(flags, terminal, address)
  using opened = await openTarget(connection, terminal)
  using checks = await imageChecks(flags, terminal)
  const checkImages = checks.for(opened)
  const events = setImage(opened.target, address.workload, wishes, { ...changeOptions(flags, terminal), checkImages })
  return runChange(events, address.workload, terminal, flags.output)
}

export function changeOptions(flags: ChangeFlags, { signal }: Pick<Terminal, 'signal'>): SetImageOptions {
  const {
    wait = true,
    dryRun = false,
    timeout,
    imageGrace,
    expect,
    sequence,
    forceOwned,
    cause,
    rollbackOnFailure,
  } = flags
  return {
    wait,
    dryRun,
    signal,
    ...(timeout !== undefined && { timeout }),
    ...(imageGrace !== undefined && { grace: imageGrace }),
    ...(expect !== undefined && { expect: parseImageReference(expect).text }),
    ...(sequence !== undefined && { sequence }),
    ...(forceOwned && { forceOwned }),
    ...(cause !== undefined && { cause }),
    ...(rollbackOnFailure && { rollbackOnFailure }),
  }
}

/** Workloads come first: every word up to the first that names no kind, or has a `=`. With a selector, kinds alone. */
function tellApart(words: readonly string[], { selector, allNamespaces }: SetImageFlags) {
  const byKind = selector !== undefined || allNamespaces === true
  const isTarget = (word: string, index: number) =>
    index === 0 || (!word.includes('=') && (byKind ? kindNamed(word) : namesWorkload(word)) !== undefined)
  const end = words.findIndex((word, index) => !isTarget(word, index))
  return { targets: end < 0 ? words : words.slice(0, end), changes: end < 0 ? [] : words.slice(end) }
}

function namesWorkload(word: string) {
  if (/^https?:\/\//.test(word)) return 'address'
  const [kind = '', ...rest] = word.split(/[:/]/)
  return rest.length > 0 ? kindNamed(kind) : undefined
}

/**
 * `CONTAINER=IMAGE …`; an IMAGE alone is for the containers that run its repository, whatever the tag. With --tag the words
 * are containers. Raises INVALID.
 */
export function readWishes(changes: readonly string[], { match, tag }: Pick<SetImageFlags, 'match' | 'tag'>): Wish[] {
  if (tag !== undefined) return tagWishes(changes, match, { by: 'tag', tag })
  if (changes.length === 0)
    throw new DroverError('INVALID', 'missing required argument: CONTAINER=IMAGE, an IMAGE, or --tag')
  if (match !== undefined) {
    const [image = '', ...more] = changes
    if (more.length > 0 || image.includes('=')) {
      throw new DroverError('INVALID', 'with --match REPOSITORY give one IMAGE, or --tag TAG')
    }
    return [{ select: repositoryOf(match), image: { by: 'reference', image: parseImageReference(image).text } }]
  }
  const wishes = changes.map((change) => (change.includes('=') ? parseWish(change) : repositoryWish(change)))
  const names = changes.map((change) => change.slice(0, Math.max(0, change.indexOf('='))))
  const twice = names.find((name, index) => name !== '' && names.indexOf(name) !== index)
  if (twice !== undefined) throw new DroverError('INVALID', `container ${twice} is given two images`)
  return wishes
}

function tagWishes(names: readonly string[], match: string | undefined, image: WantedImage): Wish[] {
  if (match !== undefined && names.length === 0) return [{ select: repositoryOf(match), image }]
  if (match === undefined && names.length > 0 && !names.some((name) => /[=:/]/.test(name))) {
    return names.map((name) => ({ select: name === '*' ? { by: 'all' } : { by: 'name', name }, image }))
  }
  throw new DroverError('INVALID', "--tag TAG goes with the containers' names, with '*', or with --match REPOSITORY")
}

function repositoryOf(repository: string) {
  return { by: 'repository', repository: parseImageReference(repository).name } as const
}

function repositoryWish(text: string): Wish {
  const { text: image, name } = parseImageReference(text)
  return { select: { by: 'repository', repository: name }, image: { by: 'reference', image } }
}
