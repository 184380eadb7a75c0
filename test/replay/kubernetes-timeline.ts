import { setMaxListeners } from 'node:events'
import { openCluster } from '../../src/cluster/index.ts'
import { httpRequest, type Fetch } from '../../src/model/http.ts'
import { differences, isObject } from './compare.ts'
import { send } from './kubernetes-seed.ts'
import type { Json } from './kubernetes-knowledge.ts'
import { actionsOf, type Change, type TimelineAction } from './kubernetes-timeline-actions.ts'
import { summarize } from './kubernetes-timeline-summary.ts'
import type { Played } from './player.ts'
import type { Recording } from './recording.ts'

/** What a timeline's recorder watched, by API prefix. */
const watched: readonly (readonly [string, string])[] = [
  ['/apis/apps/v1', 'deployments'],
  ['/apis/apps/v1', 'replicasets'],
  ['/apis/apps/v1', 'statefulsets'],
  ['/apis/apps/v1', 'daemonsets'],
  ['/apis/apps/v1', 'controllerrevisions'],
  ['/apis/batch/v1', 'jobs'],
  ['/apis/batch/v1', 'cronjobs'],
  ['/api/v1', 'pods'],
  ['/api/v1', 'events'],
  ['/api/v1', 'endpoints'],
  ['/api/v1', 'persistentvolumeclaims'],
]

/** The changes that a timeline shows must have come this much later than recorded, at most. */
const patienceMs = 2000

/** Timelines take no longer than this, in seconds: in longer ones time passes faster than it did for the recorder. */
const longest = 40

/** The cluster's time, which may pass faster than ours: everything that waits in it then waits less. */
class FastClock {
  readonly speed: number
  readonly #start = Date.now()

  constructor(speed: number) {
    this.speed = speed
  }

  now(): number {
    return Math.round(this.#start + (Date.now() - this.#start) * this.speed)
  }

  after(ms: number, callback: () => void): () => void {
    const timer = setTimeout(callback, Math.min(Math.max(ms, 0) / this.speed, longestTimer))
    return () => clearTimeout(timer)
  }
}

/** Node refuses longer ones. */
const longestTimer = 2 ** 31 - 1

/** Plays the recorded lives of workloads, all at once and each in its own cluster, and compares what became of them. */
export async function* playTimelines(
  recordings: readonly Recording[],
  groupOf: (recording: Recording) => string,
): AsyncGenerator<Played> {
  const timelines = recordings.filter(({ content }) => Array.isArray(content['actions']))
  if (timelines.length === 0) return
  const played = await Promise.all(timelines.map((recording) => playTimeline(recording)))
  for (const [index, recording] of timelines.entries()) {
    const request = `TIMELINE ${recording.content.name ?? ''}`
    yield { recording, group: groupOf(recording), request, differences: played[index] ?? [] }
  }
}

async function playTimeline({ number, content }: Recording) {
  const namespace = `timeline-${number}`
  const recorded = (content['events'] as Change[]).filter(({ resource }) => resource !== 'nodes')
  const end = Math.max(...recorded.map(({ t }) => t), 0)
  const speed = Math.max(end / longest, 1)
  const clock = new FastClock(speed)
  await using cluster = await openCluster({ now: () => clock.now(), controllers: { clock } })
  const { fetch } = cluster
  await send(fetch, 'POST', '/api/v1/namespaces', { metadata: { name: namespace } })
  await pause(100)
  const abort = new AbortController()
  const seen: Change[] = []
  const start = performance.now()
  setMaxListeners(watched.length, abort.signal)
  const since = () => ((performance.now() - start) / 1000) * speed
  const watches = watched.map(([prefix, resource]) => watch(fetch, prefix, resource, namespace, seen, since, abort))
  const actions = actionsOf(content['actions'] as { t: number; did: string }[], recorded)
  for (const action of actions) {
    await pause((action.t * 1000) / speed - (performance.now() - start))
    await act(fetch, action, namespace, recorded, seen)
  }
  await pause((end * 1000) / speed + patienceMs - (performance.now() - start))
  abort.abort()
  await Promise.allSettled(watches)
  return differences(summarize(recorded), summarize(seen), 'timeline')
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(ms, 0)))
}

async function watch(
  fetch: Fetch,
  prefix: string,
  resource: string,
  namespace: string,
  seen: Change[],
  since: () => number,
  abort: AbortController,
): Promise<void> {
  const url = `http://cluster.test${prefix}/namespaces/${namespace}/${resource}?watch=1`
  const response = await fetch(httpRequest(url, { signal: abort.signal, headers: { accept: 'application/json' } }))
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) {
      if (line === '' || abort.signal.aborted) continue
      const { type, object } = JSON.parse(line) as Change
      seen.push({ t: since(), resource, type, object })
    }
  }
}

/** Does again what the recorder did: creates the object, or brings its labels, annotations and spec to the recorded ones. */
async function act(
  fetch: Fetch,
  action: TimelineAction,
  namespace: string,
  recorded: readonly Change[],
  seen: readonly Change[],
): Promise<void> {
  const prefix = watched.find(([, resource]) => resource === action.resource)?.[0] ?? '/api/v1'
  const collection = `${prefix}/namespaces/${namespace}/${action.resource}`
  const { object } = action
  if (action.verb === 'create') {
    await send(fetch, 'POST', collection, {
      ...object,
      metadata: creatable(object['metadata'] as Json, recorded, seen),
    })
    return
  }
  const where = `${collection}/${ownName(action, recorded, seen)}`
  if (action.verb === 'delete') {
    await send(fetch, 'DELETE', where, action.options)
    return
  }
  // A controller may write between the read and the write.
  for (let attempt = 0; attempt < 5; attempt++) {
    const live = (await send(fetch, 'GET', where)).body
    if (!isObject(live)) return
    const metadata = { ...(live['metadata'] as Json) }
    const wanted = object['metadata'] as Json
    for (const name of ['labels', 'annotations']) metadata[name] = withOwn(wanted[name], metadata[name])
    const spec = action.resource === 'pods' ? live['spec'] : object['spec']
    const answer = await send(fetch, 'PUT', where, { ...live, metadata, spec })
    if (answer.status !== 409) return
  }
}

/** The recorded labels or annotations, but for those that controllers write, which stay as they are here. */
function withOwn(wanted: unknown, live: unknown): Json {
  const ofControllers = (name: string) =>
    /^(deployment\.kubernetes\.io|deprecated|pod-template-hash|controller-)/.test(name)
  const users = Object.entries((wanted ?? {}) as Json).filter(([name]) => !ofControllers(name))
  const own = Object.entries((live ?? {}) as Json).filter(([name]) => ofControllers(name))
  return Object.fromEntries([...users, ...own])
}

function creatable(metadata: Json, recorded: readonly Change[], seen: readonly Change[]): Json {
  const { uid: _uid, resourceVersion: _version, creationTimestamp: _time, namespace: _namespace, ...kept } = metadata
  const owners = kept['ownerReferences'] as { uid: string; name: string }[] | undefined
  if (!owners) return kept
  const uids = new Map(recorded.map(({ object }) => uidAndName(object)))
  const ours = new Map(seen.map(({ object }) => uidAndName(object)).map(([uid, name]) => [name, uid]))
  const ownerReferences = owners.map((owner) => ({ ...owner, uid: ours.get(uids.get(owner.uid) ?? '') ?? owner.uid }))
  return { ...kept, ownerReferences }
}

function uidAndName(object: Json): [string, string] {
  const { uid, name } = object['metadata'] as { uid: string; name: string }
  return [uid, name]
}

/** Generated names differ: the object that was the nth of its kind to appear is the nth here. */
function ownName(action: TimelineAction, recorded: readonly Change[], seen: readonly Change[]): string {
  const name = String((action.object['metadata'] as Json)['name'])
  const names = (changes: readonly Change[]) => [
    ...new Set(
      changes
        .filter(({ resource, type }) => resource === action.resource && type === 'ADDED')
        .map(({ object }) => String((object['metadata'] as Json)['name'])),
    ),
  ]
  const own = names(seen)
  return own.includes(name) ? name : (own[names(recorded).indexOf(name)] ?? name)
}
