import { StatusError } from '../../model/status.ts'
import type { Api } from '../verbs/api.ts'
import type { Clock } from './clock.ts'
import type { EventRecorder } from './events.ts'
import type { Kind, ObjectEvent, ObjectOf, View } from './view.ts'
import { WorkQueue } from './work-queue.ts'

/** What every controller needs. */
export interface Context {
  api: Api
  view: View
  events: EventRecorder
  clock: Clock
  /** Called for failures that are not refusals of the cluster, and therefore bugs. */
  report: (controller: string, key: string, error: unknown) => void
}

type Watches = { [K in Kind]?: (event: ObjectEvent<ObjectOf<K>>) => Iterable<string> }

export interface Controller {
  name: string
  /** Maps a changed object to the affected keys, by kind. At the start, called for every existing object. */
  watches: Watches
  /** Additional sources of keys; returns a function that stops them. */
  start?(add: (key: string) => void): () => void
  /** Moves one key towards its desired state. A returned number is the delay in ms until the next look. */
  reconcile(key: string): Promise<number | void>
}

/** A controller that receives changes at once and processes them once started. */
export interface Running extends AsyncDisposable {
  begin(): void
}

/** Runs a controller: changes become keys, keys are reconciled, failures are retried with back-off. */
export function runController(controller: Controller, { view, clock, report }: Context): Running {
  const queue = new WorkQueue({
    clock,
    work: (key) => controller.reconcile(key),
    failed: (key, error) => {
      if (!(error instanceof StatusError)) report(controller.name, key, error)
    },
  })
  const watches = Object.entries(controller.watches) as [Kind, (event: ObjectEvent) => Iterable<string>][]
  const stops = watches.map(([kind, keysOf]) => {
    const hear = (event: ObjectEvent) => {
      for (const key of keysOf(event)) queue.add(key)
    }
    return view.observe(kind, hear)
  })
  if (controller.start) stops.push(controller.start((key) => queue.add(key)))
  return {
    begin: () => queue.begin(),
    async [Symbol.asyncDispose]() {
      for (const stop of stops) stop()
      await queue[Symbol.asyncDispose]()
    },
  }
}
