import type { HttpResponse } from '../model/http.ts'
import type { KubeList } from '../model/kube-object.ts'
import { notJson, parseAnswer, readAnswer, type RequestLine } from './read-answer.ts'

/**
 * Reads a list item by item as it arrives and keeps only part of each, so that a response of many megabytes is never in memory
 * as a whole. Raises what `readAnswer` raises.
 */
export async function readList<T>(
  request: RequestLine,
  response: HttpResponse,
  keep: (item: T) => T,
): Promise<KubeList<T>> {
  const isJson = response.headers.get('content-type')?.startsWith('application/json')
  if (!response.ok || !isJson || !response.body) {
    const list = (await readAnswer(request, response)) as KubeList<T>
    return { ...list, items: (list.items ?? []).map(keep) }
  }
  const items: T[] = []
  const splitter = new ListSplitter((text) => items.push(keep(parseItem(text, request, response) as T)))
  for await (const chunk of response.body) splitter.write(chunk)
  return { ...(parseAnswer(request, response, splitter.frame) as KubeList<T>), items }
}

function parseItem(text: string, request: RequestLine, response: HttpResponse): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw notJson(request, response, text)
  }
}

const byteOf = (character: string) => character.charCodeAt(0)
const quote = byteOf('"')
const backslash = byteOf('\\')
const openBrace = byteOf('{')
const openBracket = byteOf('[')
const closeBrace = byteOf('}')
const closeBracket = byteOf(']')

/** Splits the JSON of a list into its items (the elements of the only array at the top level) and the frame around them. */
class ListSplitter {
  readonly #onItem: (text: string) => void
  readonly #frame: Uint8Array[] = []
  /** The parts of an unfinished item. */
  #item: Uint8Array[] = []
  /** 1 inside the list, 2 inside its array, more inside an item. */
  #depth = 0
  #inArray = false
  #inString = false
  /** Whether the last chunk ended in an escaping backslash. */
  #escaping = false

  constructor(onItem: (text: string) => void) {
    this.#onItem = onItem
  }

  /** The list without its items. */
  get frame(): string {
    return Buffer.concat(this.#frame).toString()
  }

  write(chunk: Uint8Array): void {
    let from = 0
    let at = this.#escaping ? 1 : 0
    this.#escaping = false
    while (at < chunk.length) {
      if (this.#inString) {
        at = this.#skipString(chunk, at)
        continue
      }
      const byte = chunk[at]
      at += 1
      if (byte === quote) {
        this.#inString = true
      } else if (byte === openBrace || byte === openBracket) {
        this.#depth += 1
        if (this.#depth === 2 && byte === openBracket) {
          this.#frame.push(chunk.subarray(from, at))
          this.#inArray = true
        }
        // skips the separator between two items
        if (this.#depth === 3 && this.#inArray) from = at - 1
      } else if (byte === closeBrace || byte === closeBracket) {
        this.#depth -= 1
        if (this.#depth === 2 && this.#inArray) this.#endItem(chunk.subarray(from, at))
        if (this.#depth === 1 && this.#inArray) {
          this.#inArray = false
          from = at - 1
        }
      }
    }
    if (!this.#inArray) this.#frame.push(chunk.subarray(from))
    else if (this.#depth > 2) this.#item.push(chunk.subarray(from))
  }

  /** Returns the position after the string. Most of a list is strings, and `indexOf` is fast. */
  #skipString(chunk: Uint8Array, start: number): number {
    const found = chunk.indexOf(quote, start)
    const end = found < 0 ? chunk.length : found
    let text = end
    while (text > start && chunk[text - 1] === backslash) text -= 1
    const escaping = (end - text) % 2 === 1
    if (found < 0) this.#escaping = escaping
    else this.#inString = escaping
    return end + 1
  }

  #endItem(last: Uint8Array): void {
    const text = Buffer.concat([...this.#item, last]).toString()
    this.#item = []
    this.#onItem(text)
  }
}
