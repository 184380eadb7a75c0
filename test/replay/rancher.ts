import { plainPort } from '../../src/cli/serve/plain-port.ts'
import { httpRequest } from '../../src/model/http.ts'
import { imageSettings } from '../../src/rancher/types/setting-defaults.ts'
import { type Difference, differences, isObject } from './compare.ts'
import type { Played, Player } from './player.ts'
import { answerDifferences, essence, otherVerdict, readBody } from './rancher/answers.ts'
import { AccountBook } from './rancher/accounts.ts'
import { factsOf } from './rancher/cluster.ts'
import { framesOf, playFeed } from './rancher/feed.ts'
import { objectsOf } from './rancher/objects.ts'
import { admin, World, type Start } from './rancher/world.ts'
import {
  documentRead,
  documentShown,
  gatherListed,
  gatherObjects,
  nearestState,
  revisionTaken,
  revisionsRead,
  wholeListNear,
} from './rancher/states.ts'
import type { Exchange, Recording, RecordedRequest } from './recording.ts'

/** Replays exchanges with a genuine Rancher against the v3 server over the embedded cluster. */
export const rancherPlayer: Player = {
  name: 'rancher',
  document: 'docs/differences-from-rancher.md',
  recordings: 'test/recordings/rancher-2.4.3',
  accepts: () => true,
  play,
}

/** The recorded server's local cluster and its downstream cluster. */
const clusters = [
  { id: 'c-pz2ff', project: 'p-p9qg5' },
  { id: 'local', project: 'p-wr5kf' },
] as const

/** From this number on, the recorded server ran with the release image's environment and served pages. */
const restart = 1406
const firstStart: Start = { environment: { 'system-catalog': 'bundled' } }
const secondStart: Start = { environment: imageSettings, page: '<!DOCTYPE html><html></html>' }

type ClusterId = (typeof clusters)[number]['id']

async function* play(recordings: readonly Recording[], context: readonly Recording[]): AsyncGenerator<Played> {
  const judged = new Set(recordings.map(({ file }) => file))
  const worlds = new Map<ClusterId, Scene>()
  const accounts = new AccountBook(context)
  try {
    for (const recording of context) {
      if (!isExchange(recording)) continue
      const cluster = clusterOf(recording)
      const start = recording.number < restart ? firstStart : secondStart
      const scene = worlds.get(cluster.id) ?? new Scene(await World.open(cluster, factsOf(cluster.id, context), start))
      worlds.set(cluster.id, scene)
      await scene.world.run(start)
      await scene.admit(recording, accounts)
      const differences = await playOne(scene, recording, context)
      const { method, path } = recording.content.request
      const request = `${method} ${path}`
      if (judged.has(recording.file)) yield { recording, group: groupOf(recording), request, differences }
    }
  } finally {
    for (const { world } of worlds.values()) await world[Symbol.asyncDispose]()
  }
}

/** Rebuilds the state, sends the request, compares, and leaves the recorded state behind. */
async function playOne(scene: Scene, recording: Exchange, context: readonly Recording[]): Promise<Difference[]> {
  const { documents, objects } = scene.world
  try {
    const whole = wholeListNear(recording, context)
    if (whole) await documents.gather(whole)
    const state = nearestState(recording, context)
    const shown = state === undefined ? documentRead(recording) : undefined
    if (shown) await documents.make(shown)
    await gatherObjects(scene.world, recording)
    await gatherListed(scene.world, recording, context)
    await documents.makeRevisions(revisionsRead(recording))
    const found = await scene.play(recording, state)
    if (recording.content.response.status < 400) await objects.restore(recording.content['kubernetes_after'])
    return found
  } catch (error) {
    // an exchange that cannot be played does not stop the others
    return [{ where: 'unplayed', recorded: undefined, answered: String(error) }]
  }
}

/** One request with its response; timelines and transcripts are for readers. */
function isExchange(recording: Recording): recording is Exchange {
  const { request, response, samples } = recording.content as Recording['content'] & { samples?: unknown }
  const cut = typeof request?.body === 'string' && request.body.endsWith(' bytes]')
  return Boolean(request?.method && request.path && response && response.status > 0 && samples === undefined && !cut)
}

function clusterOf({ content }: Exchange): (typeof clusters)[number] {
  return content.request.path.includes('c-pz2ff') ? clusters[0] : clusters[1]
}

function groupOf({ content, file }: Recording): string {
  const name = content.name ?? file.replace(/^\d+-/, '')
  return `rancher: ${name.split(/[-.]/, 1)[0]}`
}

/** Requests that may change accounts or permissions. */
const changesAccounts = /^\/v3\/(tokens?|users?|\w*rolebindings?|\w*roletemplatebindings?)\b|^\/v3-public\//i

const aboutNamespaces = /^\/v3\/clusters?\/[^/]+\/(namespaces|subscribe)/i

/** The recorded server's plain HTTP port. */
const plainHttp = 8080

class Scene {
  readonly world: World
  constructor(world: World) {
    this.world = world
  }

  /** Sets up the callers with their permissions, and the clock. */
  async admit(recording: Exchange, book: AccountBook): Promise<void> {
    const { request, at } = recording.content
    const time = Date.parse(at ?? '')
    if (!Number.isNaN(time)) this.world.clock = time
    await this.world.keeper.keep(book.at(recording, admin))
    if (changesAccounts.test(request.path) && request.method !== 'GET') this.world.keeper.forget()
    if (aboutNamespaces.test(request.path)) {
      await this.world.keeper.keepNamespaces(book.namespacesAt(recording, this.world.server.clusterId))
    }
  }

  async play(recording: Exchange, state: unknown): Promise<Difference[]> {
    const { content } = recording
    const { request, response } = content
    const frames = framesOf(recording)
    if (frames) return await playFeed(this.world, recording, frames)
    await this.world.objects.restore(state)
    await this.world.objects.restore(revisionTaken(content))
    const shown = documentShown(content)
    if (shown) await this.world.documents.show(shown)
    if (isObject(response.body) && response.body['code'] === 'AlreadyExists') await this.#send(request)
    const send = () => this.#send(request)
    const answer = /\bdown-/.test(content.name ?? '') ? await this.world.outage(send) : await send()
    if (aboutNamespaces.test(request.path)) await this.world.settle()
    const asked = `${request.path}${JSON.stringify(request.body ?? null)}`
    const verdict = otherVerdict(response, answer, asked)
    if (verdict) return this.#elsewhere(request.path, [verdict])
    const found = answerDifferences(response, answer, asked)
    const after = objectsOf(content['kubernetes_after'])
    if (request.method !== 'GET') {
      const seen = await this.world.objects.observe(after)
      for (const key of Object.keys(seen)) {
        found.push(...differences(essence(after[key], asked), essence(seen[key], asked), `kubernetes.${key}`))
      }
    }
    return this.#elsewhere(request.path, found)
  }

  /** Prefixes the differences of a cluster that is not served here. */
  #elsewhere(path: string, found: Difference[]): Difference[] {
    const [named] = /\bc-[a-z0-9]{5}\b/.exec(path) ?? []
    if (named === undefined || named === this.world.server.clusterId || found.length === 0) return found
    return [{ where: 'unserved.cluster', recorded: named, answered: undefined }]
  }

  async #send(request: RecordedRequest) {
    const { headers } = request
    const { body } = request
    const plain = body === null || body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body)
    const text = plain === null ? null : this.world.objects.translate(plain)
    const host = request.headers['Host'] ?? '127.0.0.1:8443'
    const plainly = host.endsWith(`:${plainHttp}`)
    const url = `${plainly ? 'http' : 'https'}://${host}${request.path}`
    const sent = httpRequest(url, { method: request.method, headers, body: text })
    const fetch = plainly ? plainPort(this.world.server.fetch, 8443) : this.world.server.fetch
    const answer = await fetch(sent)
    return { status: answer.status, headers: answer.headers, body: await readBody(answer) }
  }
}
