import { setMaxListeners } from 'node:events'
import { openCluster } from '../../../src/cluster/index.ts'
import { httpRequest, type Fetch } from '../../../src/model/http.ts'
import { differences, type Difference } from '../compare.ts'
import { send } from './seed.ts'
import type { Json } from './knowledge.ts'
import { Actor, watched } from './timeline-actor.ts'
import { actionsOf, type Change } from './timeline-actions.ts'
import { summarize } from './timeline-summary.ts'
import type { Played } from '../player.ts'
import type { Recording } from '../recording.ts'
import { VirtualClock } from '../virtual-clock.ts'

/** By then a new namespace has its default objects. */
const preparationMs = 1000

/** Maximum delay relative to the recording: exited containers are restarted later here. */
const patienceMs = 30_000

/** Replays recorded workload lives, each in its own cluster with a virtual clock, and compares the outcomes. */
export async function* playTimelines(
  recordings: readonly Recording[],
  groupOf: (recording: Recording) => string,
): AsyncGenerator<Played> {
  for (const recording of recordings.filter(({ content }) => Array.isArray(content['actions']))) {
    const request = `TIMELINE ${recording.content.name ?? ''}`
    yield { recording, group: groupOf(recording), request, differences: await playTimeline(recording) }
  }
}

async function playTimeline({ content }: Recording): Promise<Difference[]> {
  const recorded = (content['events'] as Change[]).filter(({ resource }) => resource !== 'nodes')
  const namespace = String((recorded[0]?.object['metadata'] as Json | undefined)?.['namespace'])
  const start = startOf(recorded)
  const clock = new VirtualClock(start - preparationMs)
  await using cluster = await openCluster({ now: () => clock.now(), controllers: { clock } })
  const { fetch } = cluster
  await send(fetch, 'POST', '/api/v1/namespaces', { metadata: { name: namespace } })
  await clock.advanceTo(start)
  const abort = new AbortController()
  setMaxListeners(watched.size, abort.signal)
  const seen: Change[] = []
  const since = () => (clock.now() - start) / 1000
  const watches = [...watched].map(([resource, prefix]) => {
    const path = `${prefix}/namespaces/${namespace}/${resource}`
    return watch(fetch, path, abort, ({ type, object }) => seen.push({ t: since(), resource, type, object }))
  })
  const actor = new Actor(fetch, namespace, recorded, seen)
  for (const action of actionsOf(content['actions'] as { t: number; did: string }[], recorded)) {
    await clock.advanceTo(start + action.t * 1000)
    await actor.act(action)
  }
  const found = await compareAtLast(clock, start, recorded, seen)
  abort.abort()
  await Promise.allSettled(watches)
  return found
}

async function compareAtLast(
  clock: VirtualClock,
  start: number,
  recorded: readonly Change[],
  seen: readonly Change[],
): Promise<Difference[]> {
  const wanted = summarize(recorded)
  const end = start + Math.max(...recorded.map(({ t }) => t), 0) * 1000
  for (let late = 1000; ; late += 1000) {
    await clock.advanceTo(end + late)
    const found = differences(wanted, summarize(seen), 'timeline')
    if (found.length === 0 || late >= patienceMs) return found
  }
}

/** The recorder's start in ms since the epoch, derived from creation timestamps in whole seconds. */
function startOf(recorded: readonly Change[]): number {
  const made = recorded.filter(({ type }) => type === 'ADDED')
  return Math.max(
    ...made.map(({ t, object }) => {
      const { creationTimestamp } = object['metadata'] as { creationTimestamp: string }
      return Date.parse(creationTimestamp) - t * 1000
    }),
  )
}

async function watch(
  fetch: Fetch,
  path: string,
  { signal }: AbortController,
  hear: (event: { type: string; object: Json }) => void,
): Promise<void> {
  const url = `http://cluster.test${path}?watch=1`
  const response = await fetch(httpRequest(url, { signal, headers: { accept: 'application/json' } }))
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) {
      if (line !== '' && !signal.aborted) hear(JSON.parse(line) as { type: string; object: Json })
    }
  }
}
