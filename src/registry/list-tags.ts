import { DroverError } from '../model/errors.ts'
import { readAtMost } from '../model/http.ts'
import { parseImageReference, type ImageReference } from '../model/image-reference.ts'
import { openSession, refusal, type Answered, type AskOptions, type Refusal } from './session.ts'

/** The tags of a repository in the registry's order. `complete`: there are no more. */
export type TagsAnswer = (Answered & { answer: 'listed'; tags: string[]; complete: boolean }) | Refusal

/** Limits, so that a registry cannot decide how much work it causes. */
const maxPages = 10
const pageSize = 1000
const maxPageBytes = 1 << 20

/**
 * Lists the tags of an image's repository (distribution-spec, "Listing Tags"), following page links within that
 * repository. Raises INVALID and the signal's reason; any other failure is an answer.
 */
export async function listTags(image: string, options: AskOptions): Promise<TagsAnswer> {
  const reference = parseImageReference(image)
  const mirror = options.mirrors?.[reference.domain]
  if (mirror !== undefined) {
    const answer = await listAt(mirror, reference, options)
    if (answer.answer === 'listed') return answer
  }
  return listAt(reference.domain, reference, options)
}

async function listAt(place: string, reference: ImageReference, options: AskOptions): Promise<TagsAnswer> {
  try {
    return await readPages(place, reference, options)
  } catch (error) {
    if (!(error instanceof DroverError)) throw error
    return { answer: 'unknown', message: error.message }
  }
}

async function readPages(place: string, reference: ImageReference, options: AskOptions): Promise<TagsAnswer> {
  const { host, root, session } = openSession(place, reference, options, ['application/json'])
  const tags: string[] = []
  let next: string | undefined = `${root}/tags/list?n=${pageSize}`
  for (let page = 0; next !== undefined && page < maxPages; page++) {
    const response = await session('GET', next)
    const refused = refusal(host, response)
    if (refused) return refused
    const found = tagsIn(await readAtMost(response, maxPageBytes))
    if (!found) return { answer: 'unknown', message: `${host} did not answer with a list of tags` }
    tags.push(...found)
    next = nextPage(response.headers.get('link'), next, root)
  }
  const complete = next === undefined
  const message = `${host} has ${complete ? '' : 'more than '}${tags.length} tags`
  return { answer: 'listed', tags, complete, message }
}

/** `null` means a repository without tags; undefined: not a list, or too long. */
function tagsIn(body: string | Uint8Array | undefined): string[] | undefined {
  try {
    const text = typeof body === 'object' ? new TextDecoder().decode(body) : (body ?? '')
    const { tags } = JSON.parse(text) as { tags?: unknown }
    if (tags === null) return []
    return Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === 'string') : undefined
  } catch {
    return undefined
  }
}

/** Parses `</v2/shop/web/tags/list?n=1000&last=9>; rel="next"` (RFC 8288). Undefined if it leaves the list. */
function nextPage(link: string | null, at: string, root: string): string | undefined {
  const [, target] = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(link ?? '') ?? []
  if (target === undefined || !URL.canParse(target, at)) return undefined
  const { href } = new URL(target, at)
  return href.startsWith(`${root}/tags/list?`) && href !== at ? href : undefined
}
