import { DroverError } from '../model/errors.ts'
import type { HttpResponse } from '../model/http.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { StatusError, type Status } from '../model/status.ts'

export type WatchEvent<T = KubeObject> = { type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; object: T }

/**
 * The events of one watch response, one JSON document per line. Raises StatusError for an ERROR event, 410 included.
 */
export async function* readWatch<T>(response: HttpResponse): AsyncGenerator<WatchEvent<T>, void, void> {
  for await (const line of readLines(response)) {
    const event = parseEvent(line)
    if (event.type === 'ERROR') throw new StatusError(event.object as Status)
    yield event as WatchEvent<T>
  }
}

function parseEvent(line: string): { type: string; object: unknown } {
  try {
    const event: unknown = JSON.parse(line)
    if (typeof event === 'object' && event !== null && 'type' in event && 'object' in event) {
      return event as { type: string; object: unknown }
    }
  } catch {
    // reported below, as for a line that is no event
  }
  throw new DroverError('UNREACHABLE', `a watch returned ${JSON.stringify(line.slice(0, 80))}, which is not an event`)
}

/** A watch cut within a line ends there; the next watch delivers that event again. */
async function* readLines(response: HttpResponse): AsyncGenerator<string, void, void> {
  if (!response.body) return
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of response.body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.trim() !== '') yield line
  }
}
