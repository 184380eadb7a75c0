import { differences, isObject, type Difference } from '../compare.ts'
import type { Json } from './knowledge.ts'
import { keyOf, normalize, normalizeHeaders, withoutAges } from './normalize.ts'
import { parseResourcePath, type ResourcePath } from './path.ts'
import { send } from './seed.ts'
import type { Scene } from './scene.ts'
import type { Recording } from '../recording.ts'

interface RecordedEvent {
  t: number
  event: { type: string; object?: Json }
}

/**
 * Replays a watch: opens it, makes the changes behind the recorded events, and compares the events of those objects.
 */
export async function playWatch(scene: Scene, recording: Recording): Promise<Difference[]> {
  const { request, response } = recording.content
  if (!request || !response) return []
  const recorded = (response as unknown as { stream: RecordedEvent[] }).stream
  const path = parseResourcePath(request.path.replace('/watch/', '/'))
  const firstAction = (recording.content['actions'] as { t: number }[] | undefined)?.[0]?.t ?? Infinity
  const early = recorded.filter(({ t }) => t < firstAction)
  const late = recorded.filter(({ t }) => t >= firstAction)
  const from = path?.query.get('resourceVersion') ?? '0'
  const isWatch = path?.name === undefined || request.path.includes('/watch/')
  if (path && !isWatch) await bringOne(scene, path, recorded)
  if (path && isWatch && from === '0') await bringState(scene, path, early)
  if (path && isWatch) await prepareChanges(scene, path, from === '0' ? early : [], late, from === '0' ? [] : early)
  if (path && isPresent(from) && !recorded.some(({ event }) => event.type === 'ERROR')) {
    scene.identities.versions.set(from, await currentVersion(scene, path))
    await repeatAll(scene, path, early)
  }
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
  const endsByItself = path?.query.has('timeoutSeconds')
  const longestMs = recorded.length > 0 || endsByItself ? patienceMs : silenceMs
  const reading = readEvents(opened.body, recorded.length, longestMs, abort)
  if (path && isWatch) await repeatAll(scene, path, late)
  const events = await reading
  return [
    ...found,
    ...compareEvents(
      recorded.map(({ event }) => event),
      events,
    ),
  ]
}

/** A valid version of the recorded cluster: not empty, not its first, not in the future. */
function isPresent(version: string): boolean {
  return Number(version) > 1 && Number(version) < 1_000_000
}

/** A watch with a name in its path behaves like a read. */
async function bringOne(scene: Scene, path: ResourcePath, [first]: readonly RecordedEvent[]): Promise<void> {
  const object = first?.event as unknown as Json | undefined
  if (object && path.object !== undefined) await scene.seeder.bring(path.object, { object }, true)
}

/** A watch without a version starts with the current state. */
async function bringState(scene: Scene, path: ResourcePath, events: readonly RecordedEvent[]): Promise<void> {
  const shown = events.map(({ event }) => event).filter(({ type }) => type === 'ADDED')
  const items = shown.map(({ object = {} }) => object).filter(({ kind }) => kind !== 'Table')
  for (const object of items) await scene.seeder.bring(whereIs(path, object), { object }, true)
  if (items.length > 0 && path.namespace !== undefined && path.name === undefined)
    await scene.removeOthers(path, listPathOf(path), new Set(items.map((object) => keyOf(object))))
}

function listPathOf({ collection, query }: ResourcePath): string {
  const kept = [...query].filter(([name]) => name.endsWith('Selector'))
  return `${collection}?${new URLSearchParams(kept).toString()}`
}

async function currentVersion(scene: Scene, { collection }: ResourcePath): Promise<string> {
  const { body } = await send(scene.fetch, 'GET', collection)
  return String(((body as Json)['metadata'] as Json)['resourceVersion'])
}

/** An object whose first event is ADDED did not exist before; otherwise it did. */
async function prepareChanges(
  scene: Scene,
  path: ResourcePath,
  there: readonly RecordedEvent[],
  ...changes: readonly (readonly RecordedEvent[])[]
): Promise<void> {
  const present = new Set(there.flatMap(({ event }) => shownBy(event) ?? []).map(keyOf))
  const first = new Map<string, RecordedEvent['event']>()
  for (const { event } of changes.toReversed().flat()) {
    const object = shownBy(event)
    if (object && !first.has(keyOf(object)) && !present.has(keyOf(object))) first.set(keyOf(object), event)
  }
  for (const event of first.values()) {
    const object = shownBy(event) as Json
    const where = whereIs(path, object)
    if (event.type === 'ADDED') await scene.seeder.bring(where, 'absent', true)
    else await scene.seeder.bring(where, { object: earlier(object, event.type) }, true)
  }
}

function earlier(object: Json, type: string): Json {
  const { deletionTimestamp: _time, deletionGracePeriodSeconds: _grace, ...metadata } = object['metadata'] as Json
  const annotations = { ...(metadata['annotations'] as Json | undefined), 'example.com/before': 'the change' }
  const isMarked = (object['metadata'] as Json)['deletionTimestamp'] !== undefined
  return { ...object, metadata: type === 'MODIFIED' && !isMarked ? { ...metadata, annotations } : metadata }
}

function shownBy({ object = {} }: RecordedEvent['event']): Json | undefined {
  const shown = object['kind'] === 'Table' ? ((object['rows'] as Json[])[0] ?? {})['object'] : object
  return isObject(shown) && isObject(shown['metadata']) && typeof shown['metadata']['name'] === 'string'
    ? shown
    : undefined
}

function whereIs({ prefix, resource }: ResourcePath, object: Json): string {
  const { namespace, name = '' } = object['metadata'] as Partial<Record<string, string>>
  return `${prefix}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${resource}/${name}`
}

async function repeatAll(scene: Scene, path: ResourcePath, events: readonly RecordedEvent[]): Promise<void> {
  for (const [index, { event }] of events.entries()) {
    const uid = uidOf(shownBy(event))
    const returns = uid !== undefined && events.slice(index + 1).some((later) => uidOf(shownBy(later.event)) === uid)
    await repeat(scene, path, event, returns)
  }
}

function uidOf(object: Json | undefined): unknown {
  return object && (object['metadata'] as Json)['uid']
}

/** Makes the change behind a recorded event. A deleted object that `returns` has only left the selection. */
async function repeat(
  scene: Scene,
  path: ResourcePath,
  event: RecordedEvent['event'],
  returns: boolean,
): Promise<void> {
  const shown = shownBy(event)
  if (!shown) return
  const where = whereIs(path, shown)
  const {
    uid: _uid,
    resourceVersion: _version,
    managedFields: _fields,
    creationTimestamp: _created,
    ...metadata
  } = shown['metadata'] as Json
  const live = await send(scene.fetch, 'GET', where)
  if (event.type === 'DELETED' && returns) {
    const patch = { metadata: { labels: null } }
    await send(scene.fetch, 'PATCH', where, patch, 'application/merge-patch+json')
    return
  }
  if (event.type === 'DELETED') return live.status === 200 ? scene.seeder.remove(where, live.body as Json) : undefined
  if (live.status === 404) {
    const collection = where.slice(0, where.lastIndexOf('/'))
    if (event.type !== 'ADDED') return
    await send(scene.fetch, 'POST', collection, { ...shown, metadata })
    // an object enters a selection by status through a status write, since a create ignores the status
    if (path.query.get('fieldSelector')?.startsWith('status.')) await writeStatus(scene, where, shown['status'])
    return
  }
  const { deletionGracePeriodSeconds: grace, deletionTimestamp } = metadata
  const liveMetadata = (live.body as Json)['metadata'] as Json
  const marked = liveMetadata['deletionTimestamp'] !== undefined && liveMetadata['deletionGracePeriodSeconds'] === grace
  if (deletionTimestamp !== undefined && !marked) {
    await send(scene.fetch, 'DELETE', where, grace === undefined ? undefined : { gracePeriodSeconds: grace })
    return
  }
  const answer = await send(scene.fetch, 'PUT', where, {
    ...shown,
    metadata: { ...metadata, annotations: metadata['annotations'] ?? {} },
  })
  if (answer.status === 200 && shown['status'] !== undefined) await writeStatus(scene, where, shown['status'])
}

async function writeStatus(scene: Scene, where: string, status: unknown): Promise<void> {
  const { body } = await send(scene.fetch, 'GET', where)
  await send(scene.fetch, 'PUT', `${where}/status`, { ...(body as Json), status })
}

/** Longer than any recorded timeoutSeconds. */
const patienceMs = 2500

/** An unexpected event would have arrived by then. */
const silenceMs = 300

async function readEvents(
  body: ReadableStream<Uint8Array> | null,
  wanted: number,
  longestMs: number,
  abort: AbortController,
): Promise<Json[]> {
  const events: Json[] = []
  const patience = setTimeout(() => abort.abort(), longestMs)
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
    if (text.trim() !== '') events.push(JSON.parse(text) as Json)
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
      .map((event) => normalize({ ...event, object: withoutAges(event['object']) }, options))
      .slice(0, initial.length + events.length)
  }
  return differences(comparable(recorded), comparable(answered), 'events')
}
