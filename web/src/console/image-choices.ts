import { imageRepository, isImageReference, parseImageReference } from '../../../src/model/image-reference.ts'

/** The server's answer for the tags of a container's repository: the workload's `…/tags`. */
export type ImageTags =
  | { answer: 'listed'; tags: string[]; complete: boolean; message: string }
  | { answer: 'absent' | 'unauthorised' | 'unknown'; message: string }

/** A selectable image, with the shortest text that identifies it. */
export interface Choice {
  image: string
  label: string
}

export interface Choices {
  previous: Choice[]
  registry: Choice[]
  /** How many more tags of the registry match. */
  more: number
}

const maxChoices = 8

/**
 * Replacements for `running`: its previous images and the registry's tags, those shaped like the current tag first,
 * newest first, filtered by what was typed after the image's name.
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
  // after choosing one, offer all again
  const decided = fitting.every(({ image }) => image === typed)
  const shown = (choices: readonly Choice[]) => (decided && fitting.length > 0 ? [...choices] : choices.filter(fits))
  const registry = shown(there)
  return {
    previous: shown(before),
    registry: registry.slice(0, maxChoices),
    more: Math.max(0, registry.length - maxChoices),
  }
}

/** The typed part of the tag; empty while the field is unchanged or names another repository. */
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

/** Whether the tag is not in the registry's complete list. */
export function isMissing(typed: string, running: string, tags: ImageTags | undefined): boolean {
  if (tags?.answer !== 'listed' || !tags.complete || typed === running) return false
  if (!isImageReference(typed) || !isImageReference(running) || !sameRepository(running, typed)) return false
  const { tag = 'latest', digest } = parseImageReference(typed)
  return digest === undefined && !tags.tags.includes(tag)
}

const natural = new Intl.Collator('en', { numeric: true })

/** Tags that differ only in their numbers belong to one series: `1.21-alpine` and `1.9-alpine`. */
const formOf = (tag: string) => tag.replaceAll(/\d+/g, '#')

export function orderTags(tags: readonly string[], running: string): string[] {
  const form = formOf(running)
  const rank = (tag: string) => (formOf(tag) === form ? 0 : 1)
  return tags.toSorted((one, other) => rank(one) - rank(other) || natural.compare(other, one))
}

/** The part that distinguishes an image: only the tag if the repository is the same. */
function shortImage(image: string, beside: string): string {
  if (!isImageReference(image) || !isImageReference(beside)) return image
  const [one, other] = [parseImageReference(image), parseImageReference(beside)]
  return one.name === other.name ? image.slice(one.name.length).replace(/^[:@]/, '') || 'latest' : image
}
