import { eventText, eventTime } from '../model/judge/event-text.ts'
import type { RolloutSnapshot, Trouble } from '../model/judge/snapshot.ts'
import type { Target } from './target.ts'
import type { Evidence } from './verdict.ts'

const eventsShown = 10
const linesShown = 20

/** What a person would look up next: the events about the troubled pod, and its container's last words. */
export async function gatherEvidence(
  target: Target,
  snapshot: RolloutSnapshot | undefined,
  { pod, container, exitCode }: Trouble,
  signal?: AbortSignal,
): Promise<Evidence> {
  if (!snapshot) return { events: [], log: [] }
  const { name = '', namespace = '' } = snapshot.workload.metadata
  const again = await target
    .snapshot({ kind: snapshot.kind, namespace, name }, { signal, events: true })
    .catch(() => snapshot)
  const about = again.events.filter((event) => {
    const { involvedObject } = event as { involvedObject?: { kind?: string; name?: string } }
    return pod === undefined || involvedObject?.kind !== 'Pod' || involvedObject.name === pod
  })
  const events = about.sort((one, other) => eventTime(one).localeCompare(eventTime(other))).map(eventText)
  if (pod === undefined || container === undefined) return { events: events.slice(-eventsShown), log: [] }
  const read = (previous: boolean) =>
    target.log({ namespace, name: pod }, container, { signal, lines: linesShown, previous })
  const log = exitCode === undefined ? [] : await read(true)
  return { events: events.slice(-eventsShown), log: log.length > 0 ? log : await read(false) }
}
