import type { KubeObject } from '../kube-object.ts'

/** The fields of an event that judging reads (core/v1 Event; `series` in newer versions). */
export interface EventFields {
  involvedObject?: { kind?: string; name?: string; uid?: string }
  reason?: string
  message?: string
  type?: string
  count?: number
  firstTimestamp?: string | null
  lastTimestamp?: string | null
  eventTime?: string | null
  series?: { count?: number; lastObservedTime?: string }
}

export function eventFields(event: KubeObject): EventFields {
  return event as unknown as EventFields
}

/** When the event was last seen, RFC 3339. Events record it in one of several fields. */
export function eventTime(event: KubeObject): string {
  const { series, lastTimestamp, eventTime, firstTimestamp } = eventFields(event)
  return (
    series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? firstTimestamp ?? event.metadata.creationTimestamp ?? ''
  )
}

/** Events about one object, oldest first. */
export function eventsAbout(events: readonly KubeObject[], object: KubeObject): KubeObject[] {
  const { uid } = object.metadata
  return events
    .filter((event) => uid !== undefined && eventFields(event).involvedObject?.uid === uid)
    .sort((one, other) => eventTime(one).localeCompare(eventTime(other)))
}

/** `Failed (Pod/web-1): Failed to pull image …, 3 times`. */
export function eventText(event: KubeObject): string {
  const { reason, message, involvedObject, count, series } = eventFields(event)
  const times = series?.count ?? count ?? 1
  const about = involvedObject ? ` (${involvedObject.kind}/${involvedObject.name})` : ''
  return `${reason}${about}: ${message?.trim()}${times > 1 ? `, ${times} times` : ''}`
}
