import { DroverError } from '../model/errors.ts'
import { sameImage } from '../model/image-reference.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { containersOf } from '../model/pod-template.ts'
import { beginChange, conclude, followToVerdict, revisionOf, type Change } from './change.ts'
import { chooseRevision, revisionsIn, type Revision } from './history.ts'
import type { UndoOptions } from './options.ts'
import { ownerOf } from './owners.ts'
import type { Target, WorkloadEdit } from './target.ts'
import type { ImageChange, RolloutEvent, Verdict, WorkloadName } from './verdict.ts'

/**
 * Goes back to an earlier revision: to its images alone, so that later changes of environment or scale stay, or to its
 * whole pod template. Follows the rollout; the verdict is the last event. Raises NOT_FOUND for a revision that is not kept.
 */
export async function* undo(
  target: Target,
  workload: WorkloadName,
  options: UndoOptions = {},
): AsyncGenerator<RolloutEvent, void, void> {
  refuseWithoutHistory(workload)
  const change = beginChange(target, workload, options)
  const snapshot = await target.snapshot(workload, { signal: options.signal })
  const revision = chooseRevision(revisionsIn(snapshot), options)
  change.revision = revisionOf(snapshot.workload)
  if (revision) {
    change.changes = imagesBack(workload, snapshot.workload, revision)
    yield { step: 'planned', plan: { workload, changes: change.changes, unchanged: [], warnings: change.warnings } }
    yield { step: 'verdict', verdict: yield* goBack(change, snapshot.workload, revision, options) }
  } else {
    const message = 'the cluster keeps no earlier revision of it to go back to'
    yield { step: 'verdict', verdict: conclude(change, message, { verdict: 'refused', reason: 'NoRevision' }) }
  }
}

async function* goBack(
  change: Change,
  seen: KubeObject,
  revision: Revision,
  { forceOwned = false, wholeTemplate = false, dryRun = false, signal }: UndoOptions,
): AsyncGenerator<RolloutEvent, Verdict, void> {
  const owner = ownerOf(seen)
  if (owner?.reverts && !forceOwned) {
    const message = `${owner.name} keeps it and would change it back; ${owner.instead}`
    return conclude(change, message, { verdict: 'refused', reason: 'Owned' })
  }
  if (revision.current || (!wholeTemplate && change.changes.length === 0)) {
    const message = `it has the images of revision ${revision.revision} already`
    return conclude(change, message, { verdict: 'unchanged' })
  }
  const edit: WorkloadEdit = wholeTemplate
    ? { do: 'set-template', template: revision.template }
    : { do: 'set-images', images: change.changes }
  const result = await change.target.write(change.workload, seen, edit, { signal, dryRun })
  if (!result.written) {
    const message = 'the workload was changed by somebody else meanwhile; nothing was changed by us'
    return conclude(change, message, { verdict: 'refused', reason: 'Conflict' })
  }
  yield { step: 'applied', door: change.target.door, changes: change.changes, revision: revision.revision }
  return yield* followToVerdict(change, result.workload)
}

/** Containers that are in both: one that was added since has no image to go back to. */
function imagesBack({ kind }: WorkloadName, today: KubeObject, { images }: Revision): ImageChange[] {
  return containersOf(kind, today).flatMap(({ name: container, role, image: from }) => {
    const to = images[container]
    return to === undefined || sameImage(from, to) || role === 'ephemeral' ? [] : [{ container, role, from, to }]
  })
}

/** Raises UNSUPPORTED for kinds whose earlier templates Kubernetes does not keep. */
function refuseWithoutHistory({ kind }: WorkloadName): void {
  if (['deployment', 'statefulset', 'daemonset'].includes(kind)) return
  throw new DroverError('UNSUPPORTED', `Kubernetes keeps no earlier revisions of a ${kind}; set its image instead`)
}
