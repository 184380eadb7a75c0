import { setTimeout as delay } from 'node:timers/promises'
import { httpRequest } from '../../../src/model/http.ts'
import { schemas } from '../../../src/rancher/schema/schemas.ts'
import { type Difference, differences, isObject } from '../compare.ts'
import { normalize } from './normalize.ts'
import { pluralOf } from './states.ts'
import type { World } from './world.ts'
import type { Exchange } from '../recording.ts'

type Json = Record<string, unknown>

/** The frames of a websocket, with marks of the recorder's other actions in between. */
interface RecordedFrame {
  opcode: number | null
  data: unknown
}

interface Frame {
  name: string
  data: Json
}

export function framesOf({ content }: Exchange): Frame[] | undefined {
  const { frames, response } = content
  if (!Array.isArray(frames) || response.status !== 101) return undefined
  return (frames as RecordedFrame[]).flatMap(({ opcode, data }) => (opcode === 1 ? [data as Frame] : []))
}

const ping = 'ping'
/** Longest delay in ms of a change on its way into the feed, on a busy machine. */
const patience = 5000
/** Milliseconds; the server pings every 5 s. */
const pingPatience = 15_000

/**
 * Opens the feed and makes each recorded frame happen: changes or deletes the object, and expects the frame. Initial
 * frames come in any order. The recorder kept no keys of its websockets.
 */
export async function playFeed(world: World, { content }: Exchange, frames: readonly Frame[]): Promise<Difference[]> {
  const shown = frames.filter(({ name }) => name !== ping)
  for (const { name, data } of firstOfEach(shown)) if (name === 'resource.change') await show(world, data)
  const stop = new AbortController()
  const key = await world.server.issueKey()
  const headers = { ...content.request.headers, Authorization: `Bearer ${key}` }
  const feed = new Listener(
    world.server.subscribe(httpRequest(`https://127.0.0.1:8443${content.request.path}`, { headers }), stop.signal),
  )
  try {
    const found: Difference[] = []
    for (const frame of shown) found.push(...(await happen(world, feed, frame)))
    if (frames.length > 0 && shown.length === 0) found.push(...(await awaitPing(feed)))
    return found
  } finally {
    stop.abort()
    await feed.ended
    world.keeper.forget()
  }
}

/** The initial frames; frames of changes repeat the same objects. */
function firstOfEach(frames: readonly Frame[]): Frame[] {
  return [...new Map([...frames].reverse().map((frame) => [frame.data['id'], frame])).values()]
}

async function happen(world: World, feed: Listener, frame: Frame): Promise<Difference[]> {
  const { name, data } = frame
  const [id, type] = [String(data['id']), String(data['type'])]
  if (!isServed(type)) return [{ where: `unserved.${type}`, recorded: id, answered: undefined }]
  if (name === 'resource.remove') await world.documents.remove(data)
  else if (!same(feed.latest.get(id), frame)) await show(world, data)
  const deadline = performance.now() + patience
  while (!same(feed.latest.get(id), frame) && performance.now() < deadline) await delay(5)
  const told = feed.latest.get(id)
  return told ? differences(normalize(frame, id), normalize(told, id), 'frame') : [missing(frame)]
}

function missing({ data }: Frame): Difference {
  return { where: `missing.${String(data['type'])}`, recorded: data['id'], answered: undefined }
}

function isServed(type: string): boolean {
  return [schemas.project, schemas.management].some((set) => set.byId(type)?.collectionMethods !== undefined)
}

function same(told: Frame | undefined, { name, data }: Frame): boolean {
  const id = String(data['id'])
  return told?.name === name && differences(normalize(data, id), normalize(told.data, id), '').length === 0
}

async function show(world: World, document: Json): Promise<void> {
  if (document['baseType'] === 'workload') return world.documents.make(document)
  const plural = pluralOf(String(document['type']))
  if (plural) await world.documents.makeListed(plural, document)
}

async function awaitPing(feed: Listener): Promise<Difference[]> {
  const deadline = performance.now() + pingPatience
  while (feed.pings === 0 && performance.now() < deadline) await delay(20)
  return feed.pings > 0 ? [] : [{ where: 'frame.ping', recorded: ping, answered: undefined }]
}

/** Remembers the last frame of each resource. */
class Listener {
  readonly latest = new Map<string, Frame>()
  readonly ended: Promise<void>
  pings = 0

  constructor(feed: AsyncIterable<string>) {
    this.ended = this.#listen(feed)
  }

  async #listen(feed: AsyncIterable<string>): Promise<void> {
    for await (const text of feed) {
      const frame = JSON.parse(text) as Frame
      if (frame.name === ping) this.pings++
      else if (isObject(frame.data)) this.latest.set(String(frame.data['id']), frame)
    }
  }
}
