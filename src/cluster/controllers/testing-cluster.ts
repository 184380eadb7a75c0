import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect } from 'vitest'
import { resourceTypes } from '../kinds/index.ts'
import { openLog } from '../storage/log.ts'
import type { KubeObject } from '../resource.ts'
import { ResourceTypes } from '../resource-types.ts'
import { Store } from '../storage/store.ts'
import { Verbs } from '../verbs/verbs.ts'
import { startControllers, type ControllersOptions } from './index.ts'
import { kinds, type Kind } from './view.ts'

/** A cluster without HTTP for testing controllers; pods are ready after 20 ms. */
export class TestingCluster implements AsyncDisposable {
  readonly api: Verbs
  readonly problems: unknown[] = []
  readonly #options: ControllersOptions
  #running: AsyncDisposable | undefined

  constructor(api: Verbs, options: ControllersOptions) {
    this.api = api
    const report = (controller: string, key: string, error: unknown) => this.problems.push({ controller, key, error })
    this.#options = { podReadyAfter: 20, namespaceDelay: 10, report, ...options }
  }

  static async open(options: ControllersOptions = {}): Promise<TestingCluster> {
    const store = new Store(await openLog())
    const registry = new ResourceTypes(resourceTypes)
    const api = new Verbs({ store, registry, ownership: { record: () => undefined }, now: Date.now })
    const cluster = new TestingCluster(api, options)
    await cluster.start()
    return cluster
  }

  async start(): Promise<void> {
    this.#running = await startControllers(this.api, this.#options)
  }

  /** Stops the controllers; the objects stay. */
  async stop(): Promise<void> {
    await this.#running?.[Symbol.asyncDispose]()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  create(kind: Kind | 'ConfigMap', object: Omit<KubeObject, 'metadata'> & { metadata: Record<string, unknown> }) {
    const type = this.type(kind)
    const apiVersion = type.group ? `${type.group}/${type.version}` : type.version
    const metadata = { ...(type.namespaced && { namespace: 'default' }), ...object.metadata }
    return this.api.create(type, { ...object, apiVersion, kind, metadata })
  }

  type(kind: Kind | 'ConfigMap' | 'Event' | 'PersistentVolumeClaim') {
    return this.api.type(kind in kinds ? kinds[kind as Kind] : 'v1', kind)
  }

  get(kind: Kind, name: string): KubeObject {
    return this.api.get(this.type(kind), this.type(kind).namespaced ? 'default' : undefined, name)
  }

  find(kind: Kind, name: string): KubeObject | undefined {
    return this.api.find(this.type(kind), this.type(kind).namespaced ? 'default' : undefined, name)
  }

  list(kind: Kind | 'Event', namespace = 'default'): KubeObject[] {
    return this.api.list(this.type(kind), namespace)
  }

  /** Changes the current object, as a patch would. */
  async change(kind: Kind, name: string, edit: (spec: Record<string, never>) => void): Promise<KubeObject> {
    const object = structuredClone(this.get(kind, name))
    edit(object.spec as Record<string, never>)
    delete object.metadata.resourceVersion
    return this.api.update(this.type(kind), object)
  }

  /** Waits until the condition holds; exceptions count as not yet. */
  async until(holds: () => unknown): Promise<void> {
    for (;;) {
      try {
        if (holds()) return
      } catch {
        // not there yet
      }
      await sleep(2)
    }
  }

  messages(reason?: string): string[] {
    const events = this.list('Event').filter((event) => reason === undefined || event['reason'] === reason)
    return events.map((event) => event['message'] as string)
  }
}

/** Gives each test of a file or group its own cluster, and fails if a controller reported a bug. */
export function forEachTest(take: (cluster: TestingCluster) => void): void {
  let cluster: TestingCluster
  beforeEach(async () => {
    cluster = await TestingCluster.open()
    take(cluster)
  })
  afterEach(async () => {
    await cluster[Symbol.asyncDispose]()
    expect(cluster.problems).toEqual([])
  })
}

/** A workload's template with one container. */
export function template(image: string, more: Record<string, unknown> = {}, app = 'web') {
  return { metadata: { labels: { app } }, spec: { containers: [{ name: 'c', image }], ...more } }
}

export function deployment(name: string, image: string, spec: Record<string, unknown> = {}, app = name) {
  return {
    metadata: { name },
    spec: { replicas: 3, selector: { matchLabels: { app } }, template: template(image, {}, app), ...spec },
  }
}

type Status = Record<string, number | undefined> & {
  conditions?: { type: string; status: string; reason: string; message: string }[]
}

export function statusOf(object: KubeObject): Status {
  return (object.status ?? {}) as Status
}

export function conditionOf(object: KubeObject, type: string) {
  return statusOf(object).conditions?.find((condition) => condition.type === type)
}
