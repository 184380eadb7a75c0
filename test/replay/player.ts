import type { Difference } from './compare.ts'
import type { Recording } from './recording.ts'

/** Result of one recording; no `differences` means it matches. */
export interface Played {
  recording: Recording
  /** Group of the report. */
  group: string
  /** The request, such as `GET /api/v1/pods`, which the rules of the differences document match. */
  request: string
  differences: Difference[]
}

/** One server's side of the replay. */
export interface Player {
  name: string
  /** Path of the document with the accepted differences, from the repository's root. */
  document: string
  /**
   * Path of the committed recordings, from the repository's root; used to rebuild states whose own files are missing.
   */
  recordings: string
  /** Whether the recording is of this server. */
  accepts(recording: Recording): boolean
  /**
   * Plays `recordings` in order. `context`: all known recordings of this server, committed ones included, in order, to
   * derive states from. Only `recordings` are judged.
   */
  play(recordings: readonly Recording[], context: readonly Recording[]): AsyncIterable<Played>
}
