import type { Played } from './player.ts'
import type { Recording } from './recording.ts'

/** Plays the recorded lives of workloads. */
export async function* playTimelines(
  recordings: readonly Recording[],
  groupOf: (recording: Recording) => string,
): AsyncGenerator<Played> {
  for (const recording of recordings) {
    yield {
      recording,
      group: groupOf(recording),
      request: `TIMELINE ${recording.content.name ?? ''}`,
      differences: [{ where: 'timeline', recorded: 'events', answered: 'not played' }],
    }
  }
}
