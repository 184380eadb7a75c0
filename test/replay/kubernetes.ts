import { openCluster } from '../../src/cluster/index.ts'
import type { Json } from './kubernetes/knowledge.ts'
import { Scene } from './kubernetes/scene.ts'
import { playTimelines } from './kubernetes/timeline.ts'
import { Witnesses } from './kubernetes/witnesses.ts'
import type { Played, Player } from './player.ts'
import type { Recording } from './recording.ts'

/** The recorder numbered each area of the API separately: first number and subject of each. */
const groups = [
  [0, 'kubernetes: discovery and protocol'],
  [157, 'kubernetes: create, validate'],
  [528, 'kubernetes: update, scale, subresources'],
  [620, 'kubernetes: patch, apply'],
  [900, 'kubernetes: timelines'],
  [1000, 'kubernetes: lists, watches, tables'],
  [1300, 'kubernetes: delete'],
  [1401, 'kubernetes: additions'],
] as const

function groupOf({ number }: Recording): string {
  return groups.findLast(([first]) => number >= first)?.[1] ?? groups[0][1]
}

/** Replays exchanges with a genuine API server against the embedded cluster. */
export const kubernetesPlayer: Player = {
  name: 'kubernetes',
  document: 'docs/differences-from-kubernetes.md',
  recordings: 'test/recordings/kubernetes-1.21',
  accepts: ({ content }) =>
    Object.keys(content.response?.headers ?? {}).some((name) => /^x-kubernetes-pf-/i.test(name)) ||
    (content.request?.headers?.['User-Agent'] ?? '').startsWith('rec/') ||
    (content.request?.headers?.['Host'] === undefined &&
      /^\/(api|apis|version|healthz|readyz|livez|openapi)\b/.test(content.request?.path ?? '')) ||
    (Array.isArray(content['events']) && content.request === undefined),
  async *play(recordings, context) {
    yield* playExchanges(
      recordings.filter(({ content }) => content.request),
      context.filter(({ content }) => content.request),
    )
    yield* playTimelines(
      recordings.filter(({ content }) => !content.request),
      groupOf,
    )
  },
}

async function* playExchanges(recordings: readonly Recording[], context: readonly Recording[]): AsyncGenerator<Played> {
  const judged = new Set(recordings.map(({ file }) => file))
  if (judged.size === 0) return
  // without controllers: every state is rebuilt as recorded. The timelines compare controllers.
  await using cluster = await openCluster({ controllers: false })
  const scene = new Scene(cluster.fetch, namespacesIn(context), new Witnesses(context))
  await scene.furnish()
  for (const [index, recording] of context.entries()) {
    const played = await playSafely(scene, recording, context.slice(index + 1))
    if (judged.has(recording.file)) yield { ...played, recording, group: groupOf(recording) }
    scene.known.learn(recording)
  }
}

/** An error while playing counts as a difference of that recording and does not end the replay. */
async function playSafely(
  scene: Scene,
  recording: Recording,
  later: readonly Recording[],
): Promise<Omit<Played, 'recording' | 'group'>> {
  try {
    return await scene.play(recording, later)
  } catch (error) {
    const { method, path } = recording.content.request ?? { method: '', path: '' }
    const answered = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { request: `${method} ${path}`, differences: [{ where: 'replay', recorded: 'an answer', answered }] }
  }
}

/** Namespaces that contain something; others did not exist. */
function namespacesIn(recordings: readonly Recording[]): Set<string> {
  const texts = recordings.map(({ content }) => JSON.stringify(content.response?.body ?? ''))
  const inside = texts.flatMap((text) => [...text.matchAll(/"namespace":"([^"]+)"/g)].map((match) => match[1] ?? ''))
  const made = recordings.flatMap(({ content }) =>
    content.response?.status === 201 && /^\/api\/v1\/namespaces(\?|$)/.test(content.request?.path ?? '')
      ? [String(((content.response.body as Json)['metadata'] as Json | undefined)?.['name'])]
      : [],
  )
  return new Set([...inside, ...made])
}
