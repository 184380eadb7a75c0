import type { Difference } from './compare.ts'
import type { Recording } from './recording.ts'

/** How one recording came out: nothing in `differences` means the same. */
export interface Played {
  recording: Recording
  /** Which lines of the report it counts in. */
  group: string
  /** What was asked, such as `GET /api/v1/pods`; the rules of the differences document match on it. */
  request: string
  differences: Difference[]
}

/** One server's side of the replay. */
export interface Player {
  name: string
  /** The document that lists the accepted differences, from the root of the repository. */
  document: string
  /** The committed recordings, from the root of the repository: they help to rebuild states whose own files are missing. */
  recordings: string
  /** Whether the recording was made of this server. */
  accepts(recording: Recording): boolean
  /**
   * Plays `recordings` in order. `context` holds every recording known of this server (those to be played and the committed
   * ones), in order, to derive states from; only `recordings` are judged.
   */
  play(recordings: readonly Recording[], context: readonly Recording[]): AsyncIterable<Played>
}
