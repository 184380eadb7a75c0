import { StatusError } from '../../model/status.ts'
import type { Api } from '../verbs/api.ts'
import type { Clock } from './clock.ts'
import type { EventRecorder } from './events.ts'
import type { Kind, ObjectEvent, ObjectOf, View } from './view.ts'
import { WorkQueue } from './work-queue.ts'

/** What every controller stands on. */
export interface Context {
  api: Api
  view: View
  events: EventRecorder
  clock: Clock
  /** Told of failures that are no refusals of the cluster, so bugs. */
  report: (controller: string, key: string, error: unknown) => void
}

type Watches = { [K in Kind]?: (event: ObjectEvent<ObjectOf<K>>) => Iterable<string> }

export interface Controller {
  name: string
  /** Which keys a change of an object concerns, by kind. Also asked about everything there is at the start. */
  watches: Watches
  /** Sources of keys beyond the watches; returns their end. */
  start?(add: (key: string) => void): () => void
  /** Brings one key nearer to what is wished. A number is the milliseconds after which to look at it again. */
  reconcile(key: string): Promise<number | void>
}

/** A controller that hears of changes, and works on them once it is told to begin. */
export interface Running extends AsyncDisposable {
  begin(): void
}

/** Runs a controller: changes become keys, keys are reconciled, failures are tried again later. */
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
