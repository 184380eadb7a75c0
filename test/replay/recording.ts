import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** One file of a recordings folder: an exchange, a timeline or a transcript. */
export interface Recording {
  readonly file: string
  /** The number at the start of the file name, which gives the order. */
  readonly number: number
  readonly content: RecordedContent
}

export interface RecordedContent {
  name?: string
  note?: string
  /** When the exchange was made, RFC 3339. */
  at?: string
  request?: RecordedRequest
  response?: RecordedResponse
  [field: string]: unknown
}

export interface RecordedRequest {
  method: string
  path: string
  headers: Record<string, string>
  body?: unknown
}

export interface RecordedResponse {
  status: number
  headers: Record<string, string>
  body?: unknown
}

/** Reads every recording of a folder, in recorded order. */
export async function readRecordings(directory: string): Promise<Recording[]> {
  const names = (await readdir(directory)).filter((name) => /^\d+.*\.json$/.test(name))
  const recordings = await Promise.all(
    names.map(async (file) => ({
      file,
      number: Number.parseInt(file, 10),
      content: JSON.parse(await readFile(join(directory, file), 'utf8')) as RecordedContent,
    })),
  )
  return recordings.sort((a, b) => a.number - b.number || (a.file < b.file ? -1 : 1))
}

/** One request with its response. */
export type Exchange = Recording & { content: { request: RecordedRequest; response: RecordedResponse } }
