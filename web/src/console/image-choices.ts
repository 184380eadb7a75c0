import { imageRepository, isImageReference, parseImageReference } from '../../../src/model/image-reference.ts'

/** What the server found out about the tags of a container's repository: `…/tags` of the workload. */
export type ImageTags =
  | { answer: 'listed'; tags: string[]; complete: boolean; message: string }
  | { answer: 'absent' | 'unauthorised' | 'unknown'; message: string }

/** An image to choose, and how little of it tells it from the others. */
export interface Choice {
  image: string
  label: string
}

export interface Choices {
  previous: Choice[]
  registry: Choice[]
  /** How many more the registry has that fit what is typed. */
  more: number
}

const mostOffered = 8

/**
 * What can be chosen in place of `running`: images it had before, and tags that its registry has, those of the form of the
 * running one first and newest first. What is typed after the running image's name narrows them down.
 */
export function choicesFor(running: string, typed: string, previous: readonly string[], tags?: ImageTags): Choices {
  const { name, tag = 'latest' } = isImageReference(running) ? parseImageReference(running) : { name: '' }
  const before = previous.map((image) => ({ image, label: shortImage(image, running) }))
  const had = new Set(previous)
  const listed = tags?.answer === 'listed' && name !== '' && sameRepository(running, typed)
  const there = (listed ? orderTags(tags.tags, tag) : [])
    .map((label) => ({ image: `${name}:${label}`, label }))
    .filter(({ image }) => image !== running && !had.has(image))
  const word = typedTag(running, typed)
  const fits = ({ label }: Choice) => label.toLowerCase().includes(word)
  const fitting = [...before, ...there].filter(fits)
  // who has chosen one may want another
  const decided = fitting.every(({ image }) => image === typed)
  const shown = (choices: readonly Choice[]) => (decided && fitting.length > 0 ? [...choices] : choices.filter(fits))
  const registry = shown(there)
  return {
    previous: shown(before),
    registry: registry.slice(0, mostOffered),
    more: Math.max(0, registry.length - mostOffered),
  }
}

/** What one has typed of a tag; nothing while the field is as it was, or holds another repository. */
function typedTag(running: string, typed: string): string {
  if (typed === running || !isImageReference(running)) return ''
  const { name } = parseImageReference(running)
  return typed.startsWith(`${name}:`) ? typed.slice(name.length + 1).toLowerCase() : ''
}

function sameRepository(running: string, typed: string): boolean {
  const { name, ...reference } = parseImageReference(running)
  if (typed === `${name}:`) return true
  return (
    isImageReference(typed) && imageRepository(parseImageReference(typed)) === imageRepository({ name, ...reference })
  )
}

/** Whether the registry, which has told all its tags, does not have this one. */
export function isMissing(typed: string, running: string, tags: ImageTags | undefined): boolean {
  if (tags?.answer !== 'listed' || !tags.complete || typed === running) return false
  if (!isImageReference(typed) || !isImageReference(running) || !sameRepository(running, typed)) return false
  const { tag = 'latest', digest } = parseImageReference(typed)
  return digest === undefined && !tags.tags.includes(tag)
}

const natural = new Intl.Collator('en', { numeric: true })

/** Numbers apart, tags of one series look alike: `1.21-alpine` and `1.9-alpine`. */
const formOf = (tag: string) => tag.replaceAll(/\d+/g, '#')

export function orderTags(tags: readonly string[], running: string): string[] {
  const form = formOf(running)
  const rank = (tag: string) => (formOf(tag) === form ? 0 : 1)
  return tags.toSorted((one, other) => rank(one) - rank(other) || natural.compare(other, one))
}

/** How much of an image has to be shown to tell it from another: the tag alone where the repository is the same. */
function shortImage(image: string, beside: string): string {
  if (!isImageReference(image) || !isImageReference(beside)) return image
  const [one, other] = [parseImageReference(image), parseImageReference(beside)]
  return one.name === other.name ? image.slice(one.name.length).replace(/^[:@]/, '') || 'latest' : image
}
