import { DroverError } from '../model/errors.ts'
import { eventText, eventTime } from '../model/judge/event-text.ts'
import type { RolloutSnapshot, Trouble } from '../model/judge/snapshot.ts'
import type { Target } from './target.ts'
import type { Evidence } from './verdict.ts'

const eventsShown = 10
const linesShown = 20

/** Collects what a person would look up next: the events of the pod in trouble and the tail of its container's log. */
export async function gatherEvidence(
  target: Target,
  snapshot: RolloutSnapshot | undefined,
  trouble: Trouble,
  signal?: AbortSignal,
): Promise<Evidence> {
  if (!snapshot) return { events: [], log: [] }
  const { name = '', namespace = '' } = snapshot.workload.metadata
  const again = await target
    .snapshot({ kind: snapshot.kind, namespace, name }, { signal, events: true })
    .catch(() => snapshot)
  const { log, logUnread } = await readLog(target, namespace, trouble, signal)
  const unread = [
    ...(again.eventsUnread === undefined ? [] : [`events: ${again.eventsUnread}`]),
    ...(logUnread === undefined ? [] : [`log: ${logUnread}`]),
  ]
  return { events: eventsAbout(again, trouble), log, ...(unread.length > 0 && { unread }) }
}

function eventsAbout({ events }: RolloutSnapshot, { pod }: Trouble): string[] {
  const about = events.filter((event) => {
    const { involvedObject } = event as { involvedObject?: { kind?: string; name?: string } }
    return pod === undefined || involvedObject?.kind !== 'Pod' || involvedObject.name === pod
  })
  const inTime = about.sort((one, other) => eventTime(one).localeCompare(eventTime(other)))
  return inTime.map(eventText).slice(-eventsShown)
}

/** Prefers the terminated run. Evidence that cannot be read is reported as missing; it does not change the verdict. */
async function readLog(
  target: Target,
  namespace: string,
  { pod, container, exitCode }: Trouble,
  signal: AbortSignal | undefined,
): Promise<{ log: string[]; logUnread?: string }> {
  if (pod === undefined || container === undefined) return { log: [] }
  const read = (previous: boolean) =>
    target.log({ namespace, name: pod }, container, { signal, lines: linesShown, previous })
  try {
    const log = exitCode === undefined ? [] : await read(true)
    return { log: log.length > 0 ? log : await read(false) }
  } catch (error) {
    if (!(error instanceof DroverError)) throw error
    return { log: [], logUnread: error.message }
  }
}
