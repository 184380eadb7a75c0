import {
  setImage,
  type ImageChange,
  type RolloutEvent,
  type SetImageOptions,
  type Target,
  type WorkloadName,
} from '../../../src/rollout/index.ts'
import { followRun } from './runs.ts'

/** A container as the person saw it, and the image it is to have. */
export interface WantedChange {
  container: string
  from: string
  to: string
}

/** `conflict`: these containers have other images than the person saw; nothing was written. */
export type Begun = { begun: true } | { begun: false; conflict: ImageChange[] }

/**
 * Makes a change by the library's own code, on the condition that the containers have the images that the person saw. The
 * plan comes before the write, so a difference is found while nothing has happened yet.
 */
export async function beginChange(
  key: string,
  target: Target,
  workload: WorkloadName,
  wanted: readonly WantedChange[],
  options: SetImageOptions,
): Promise<Begun> {
  const wishes = wanted.map(({ container, to }) => ({
    select: { by: 'name' as const, name: container },
    image: { by: 'reference' as const, image: to },
  }))
  const events = setImage(target, workload, wishes, options)
  const first = await events.next()
  if (!first.done && first.value.step === 'planned') {
    const seen = new Map(wanted.map(({ container, from }) => [container, from]))
    const conflict = first.value.plan.changes.filter(({ container, from }) => seen.get(container) !== from)
    if (conflict.length > 0) {
      await events.return()
      return { begun: false, conflict }
    }
  }
  void followRun(key, withFirst(first, events))
  return { begun: true }
}

async function* withFirst(
  first: IteratorResult<RolloutEvent, void>,
  rest: AsyncGenerator<RolloutEvent, void, void>,
): AsyncGenerator<RolloutEvent, void, void> {
  if (first.done) return
  yield first.value
  yield* rest
}
