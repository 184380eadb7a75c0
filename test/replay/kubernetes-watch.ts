import { differences, isObject, type Difference } from './compare.ts'
import type { Json } from './kubernetes-knowledge.ts'
import { keyOf, normalize, normalizeHeaders } from './kubernetes-normalize.ts'
import { parseResourcePath } from './kubernetes-path.ts'
import { send } from './kubernetes-seed.ts'
import type { Scene } from './kubernetes.ts'
import type { Recording } from './recording.ts'

interface RecordedEvent {
  t: number
  event: { type: string; object?: Json }
}

/** Plays a watch: opens it, makes the changes whose events were recorded, and compares the events of those objects. */
export async function playWatch(scene: Scene, recording: Recording): Promise<Difference[]> {
  const { request, response } = recording.content
  if (!request || !response) return []
  const recorded = (response as unknown as { stream: RecordedEvent[] }).stream
  const path = parseResourcePath(request.path.replace('/watch/', '/'))
  const firstAction = (recording.content['actions'] as { t: number }[] | undefined)?.[0]?.t ?? Infinity
  const initial = recorded.filter(({ t }) => t < firstAction)
  const changes = recorded.filter(({ t }) => t >= firstAction)
  if (path?.namespace) for (const { event } of initial) await bringInitial(scene, path.collection, event)
  const abort = new AbortController()
  const opened = await scene.fetch(scene.toRequest(request, abort.signal))
  const found = [
    ...differences(response.status, opened.status, 'status'),
    ...differences(normalizeHeaders(Object.entries(response.headers)), normalizeHeaders(opened.headers), 'headers'),
  ]
  if (opened.status !== 200 || found.length > 0) {
    abort.abort()
    return found
  }
  const reading = readEvents(opened.body, recorded.length, abort)
  if (path && changes.length > 0) for (const { event } of changes) await repeat(scene, path.collection, event)
  const events = await reading
  return [
    ...found,
    ...compareEvents(
      recorded.map(({ event }) => event),
      events,
    ),
  ]
}

async function bringInitial(
  scene: Scene,
  collection: string,
  { type, object = {} }: RecordedEvent['event'],
): Promise<void> {
  const name = (object['metadata'] as Json | undefined)?.['name']
  if (type === 'ADDED' && typeof name === 'string' && name !== 'kube-root-ca.crt' && object['kind'] !== 'Table') {
    await scene.seeder.bring(`${collection}/${name}`, { object }, true)
  }
}

/** Makes a change that brings about the recorded event. */
async function repeat(scene: Scene, collection: string, { type, object = {} }: RecordedEvent['event']): Promise<void> {
  const shown = object['kind'] === 'Table' ? (((object['rows'] as Json[])[0] ?? {})['object'] as Json) : object
  const metadata = shown?.['metadata'] as Json | undefined
  if (!metadata || typeof metadata['name'] !== 'string') return
  const where = `${collection}/${metadata['name']}`
  const {
    uid: _uid,
    resourceVersion: _version,
    managedFields: _fields,
    creationTimestamp: _created,
    ...kept
  } = metadata
  const wanted = { ...shown, metadata: kept }
  if (type === 'DELETED') await send(scene.fetch, 'DELETE', where)
  else if ((await send(scene.fetch, 'GET', where)).status === 404) await send(scene.fetch, 'POST', collection, wanted)
  else await send(scene.fetch, 'PUT', where, wanted)
}

async function readEvents(
  body: ReadableStream<Uint8Array> | null,
  wanted: number,
  abort: AbortController,
): Promise<Json[]> {
  const events: Json[] = []
  const patience = setTimeout(() => abort.abort(), 2500)
  let text = ''
  const decoder = new TextDecoder()
  try {
    for await (const chunk of body ?? []) {
      text += decoder.decode(chunk, { stream: true })
      const lines = text.split('\n')
      text = lines.pop() ?? ''
      for (const line of lines) if (line.trim() !== '') events.push(JSON.parse(line) as Json)
      if (events.length >= wanted) break
    }
  } catch (error) {
    if (!abort.signal.aborted) throw error
  } finally {
    clearTimeout(patience)
    abort.abort()
  }
  return events
}

function compareEvents(recorded: Json[], answered: Json[]): Difference[] {
  const options = { asked: '', ownership: false }
  const comparable = (events: Json[]): unknown[] => {
    const initial = events.filter(({ type, object }) => type === 'ADDED' && isObject(object))
    const first = events.findIndex(({ type }) => type !== 'ADDED')
    const head = (first < 0 ? events : events.slice(0, first)).toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    return [...head, ...events.slice(head.length)]
      .map((event) => normalize(event, options))
      .slice(0, initial.length + events.length)
  }
  return differences(comparable(recorded), comparable(answered), 'events')
}
