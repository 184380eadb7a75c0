import {
  setImage,
  type ImageChange,
  type RolloutEvent,
  type SetImageOptions,
  type Target,
  type WorkloadName,
} from '../../../src/rollout/index.ts'
import { followRun } from './runs.ts'

/** A container as displayed, and its new image. */
export interface WantedChange {
  container: string
  from: string
  to: string
}

/** `conflict`: these containers no longer have the displayed images; nothing was written. */
export type Begun = { begun: true } | { begun: false; conflict: ImageChange[] }

/**
 * Starts a change through the library, on condition that the containers still have the displayed images. Differences
 * are found when planning, before anything is written.
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
