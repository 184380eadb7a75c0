import { StatusError } from '../../model/status.ts'
import type { Api } from '../verbs/api.ts'
import type { KubeObject, ResourceType } from '../resource.ts'
import { microTime, timestamp, type Clock } from './clock.ts'
import type { Stored } from './objects.ts'

export interface EventText {
  type: 'Normal' | 'Warning'
  reason: string
  message: string
}

export interface EventSource {
  component: string
  /** The node, for a kubelet. */
  host?: string
}

interface Remembered {
  name: string
  count: number
  firstTimestamp: string
}

interface Similar {
  messages: Set<string>
  last: number
}

/** More distinct messages of one reason about one object than this, within the window (ms), are aggregated. */
const similar = { limit: 10, window: 600_000 }

/** Events remembered for counting repeats, as in client-go's cache. */
const remembered = 4096

/**
 * Writes the events that `kubectl describe` shows. Repeats are counted and floods aggregated (client-go tools/record).
 * Writes happen in the background; a terminating namespace gets none.
 */
export class EventRecorder implements AsyncDisposable {
  readonly #api: Api
  readonly #clock: Clock
  readonly #type: ResourceType | undefined
  readonly #counts = new Map<string, Remembered>()
  readonly #similar = new Map<string, Similar>()
  readonly #writes = new Map<string, Promise<void>>()
  #serial = 0

  constructor(api: Api, clock: Clock) {
    this.#api = api
    this.#clock = clock
    this.#type = eventType(api)
  }

  /** An old-style event, counted when repeated. `fieldPath` names a container. */
  record(about: Stored, source: EventSource, text: EventText, fieldPath?: string): void {
    const combined = this.#combine(about, source, text)
    const identity = [about.metadata.uid, source.component, text.type, text.reason, combined.identity, fieldPath]
    const key = identity.join('\0')
    const message = combined.message
    this.#inOrder(key, () => this.#write(key, about, source, { ...text, message }, fieldPath))
  }

  /** A new-style event, as the scheduler writes them: no count, but an action. */
  recordNew(about: Stored, controller: string, action: string, text: EventText): void {
    const now = this.#clock.now()
    const event = Object.assign(this.#body(about, text, undefined), {
      source: {},
      firstTimestamp: null,
      lastTimestamp: null,
      eventTime: microTime(now),
      action,
      reportingComponent: controller,
      reportingInstance: `${controller}-drover`,
    })
    this.#inOrder(event.metadata.name as string, () => this.#create(event))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#writes.values())
  }

  /** Serialises writes about the same event, which would conflict. */
  #inOrder(key: string, write: () => Promise<void>): void {
    const writing = this.#after(this.#writes.get(key), write).finally(() => {
      if (this.#writes.get(key) === writing) this.#writes.delete(key)
    })
    this.#writes.set(key, writing)
  }

  async #after(earlier: Promise<void> | undefined, write: () => Promise<void>): Promise<void> {
    await earlier
    try {
      await write()
    } catch (error) {
      if (!(error instanceof StatusError)) throw error
    }
  }

  #combine(about: Stored, source: EventSource, text: EventText): { identity: string; message: string } {
    const key = [about.metadata.uid, source.component, text.type, text.reason].join('\0')
    const now = this.#clock.now()
    let group = this.#similar.get(key)
    if (!group || now - group.last > similar.window) group = { messages: new Set(), last: now }
    group.last = now
    group.messages.add(text.message)
    remember(this.#similar, key, group)
    if (group.messages.size <= similar.limit) return { identity: text.message, message: text.message }
    return { identity: '', message: `(combined from similar events): ${text.message}` }
  }

  async #write(key: string, about: Stored, source: EventSource, text: EventText, fieldPath?: string): Promise<void> {
    const lastTimestamp = timestamp(this.#clock.now())
    const known = this.#counts.get(key)
    if (known && (await this.#repeat(about, known, text, lastTimestamp))) return
    const body = this.#body(about, text, fieldPath)
    remember(this.#counts, key, { name: body.metadata.name as string, count: 1, firstTimestamp: lastTimestamp })
    await this.#create(Object.assign(body, { source, firstTimestamp: lastTimestamp, lastTimestamp, count: 1 }))
  }

  async #repeat(about: Stored, known: Remembered, text: EventText, lastTimestamp: string): Promise<boolean> {
    if (!this.#type) return true
    const event = this.#api.find(this.#type, about.metadata.namespace ?? 'default', known.name)
    if (!event) return false
    known.count += 1
    await this.#api.update(this.#type, { ...event, message: text.message, lastTimestamp, count: known.count })
    return true
  }

  async #create(event: KubeObject): Promise<void> {
    if (this.#type) await this.#api.create(this.#type, event)
  }

  #body(about: Stored, text: EventText, fieldPath: string | undefined): KubeObject {
    const { name, namespace, uid, resourceVersion } = about.metadata
    this.#serial += 1
    const nanoseconds = BigInt(Math.floor(this.#clock.now())) * 1_000_000n + BigInt(this.#serial % 1_000_000)
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${nanoseconds.toString(16)}`, namespace: namespace ?? 'default' },
      involvedObject: {
        kind: about.kind,
        ...(namespace && { namespace }),
        name,
        uid,
        apiVersion: about.apiVersion,
        resourceVersion,
        ...(fieldPath && { fieldPath }),
      },
      reason: text.reason,
      message: text.message,
      type: text.type,
      eventTime: null,
      reportingComponent: '',
      reportingInstance: '',
    }
  }
}

function eventType(api: Api): ResourceType | undefined {
  try {
    return api.type('v1', 'Event')
  } catch (error) {
    if (error instanceof StatusError) return undefined
    throw error
  }
}

function remember<V>(memory: Map<string, V>, key: string, value: V): void {
  memory.delete(key)
  memory.set(key, value)
  for (const oldest of memory.keys()) {
    if (memory.size <= remembered) break
    memory.delete(oldest)
  }
}
