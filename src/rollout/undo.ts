import { DroverError } from '../model/errors.ts'
import { sameImage } from '../model/image-reference.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { containersOf } from '../model/pod-template.ts'
import type { WorkloadKind } from '../model/workload-kinds.ts'
import { beginChange, conclude, followToVerdict, revisionOf, type Change } from './change.ts'
import { changeCause, chooseRevision, listed, revisionsIn, type Revision } from './history.ts'
import { systemClock } from './clock.ts'
import { recovery } from './failed-revisions.ts'
import type { UndoOptions } from './options.ts'
import { ownerOf } from './owners.ts'
import type { Target, WorkloadEdit } from './target.ts'
import type { ImageChange, Plan, RolloutEvent, Verdict, WorkloadName } from './verdict.ts'

/**
 * Goes back to an earlier revision: to its images only, which keeps later changes of environment or scale, or to its
 * whole pod template. Follows the rollout; the last event is the verdict. Raises NOT_FOUND if the revision is not kept.
 */
export async function* undo(
  target: Target,
  workload: WorkloadName,
  options: UndoOptions = {},
): AsyncGenerator<RolloutEvent, void, void> {
  refuseWithoutHistory(workload)
  const change = beginChange(target, workload, options, ['failed'])
  yield { step: 'verdict', verdict: yield* carryOut(change, options) }
}

/** Maximum number of writes when the workload keeps changing. */
const maxAttempts = 6
/** Backoff in ms, multiplied by the number of the attempt. */
const backoffMs = 100

/** Every attempt decides anew which revision is the previous one and which images differ. */
async function* carryOut(change: Change, options: UndoOptions): AsyncGenerator<RolloutEvent, Verdict, void> {
  const { target, workload } = change
  const { signal, clock = systemClock } = options
  let meant: string | undefined
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const snapshot = await target.snapshot(workload, { signal })
    if (options.wholeTemplate && target.door === 'rancher-v3') throw noTemplates()
    const revisions = revisionsIn(snapshot)
    const revision = chooseRevision(revisions, options)
    if (!revision) {
      return conclude(change, nothingLeft(target, workload, revisions), { verdict: 'refused', reason: 'NoRevision' })
    }
    if (meant !== undefined && meant !== revision.keptIn) return conclude(change, takenOver, lost)
    meant = revision.keptIn
    change.revision = revisionOf(snapshot.workload)
    change.changes = imagesBack(workload, snapshot.workload, revision)
    change.warnings = warningsOf(revision)
    if (attempt === 1) yield { step: 'planned', plan: planOf(change, revision, options) }
    const verdict = yield* goBack(change, snapshot.workload, revision, options)
    if (verdict) return verdict
    yield { step: 'trouble', message: 'the workload changed in the meantime; retrying' }
    await clock.sleep(backoffMs * attempt, signal)
  }
  return conclude(change, `the workload kept changing (${maxAttempts} attempts); nothing was written`, lost)
}

const lost = { verdict: 'refused', reason: 'Conflict' } as const
const takenOver = 'somebody else changed the images in the meantime, so the previous revision is another one now'

function planOf(
  { workload, changes, warnings }: Change,
  { revision }: Revision,
  { wholeTemplate = false }: UndoOptions,
): Plan {
  return { workload, changes, unchanged: [], warnings, operation: { do: 'undo', revision, wholeTemplate } }
}

function warningsOf({ revision, failed, current }: Revision): string[] {
  return failed === undefined || current ? [] : [`revision ${revision} failed when it was rolled out: ${failed}`]
}

function nothingLeft({ door }: Target, { kind }: WorkloadName, [, ...earlier]: readonly Revision[]): string {
  if (earlier.length > 0) {
    return `no earlier revision is known to be good and has other images; name one by --to-revision: ${listed(earlier)}`
  }
  return door === 'rancher-v3' && kind !== 'deployment'
    ? `Rancher’s v3 API shows no earlier revisions of a ${kind}; set its image instead`
    : 'the cluster keeps no earlier revision of it to go back to'
}

/** v3 shows a revision's containers in its own format, which cannot be turned back into a template without loss. */
function noTemplates(): DroverError {
  return new DroverError(
    'UNSUPPORTED',
    'Rancher’s v3 API does not show whole templates of earlier revisions; undo the images alone, or use a kubeconfig',
  )
}

/** Undefined on a conflict. */
async function* goBack(
  change: Change,
  seen: KubeObject,
  revision: Revision,
  { forceOwned = false, wholeTemplate = false, dryRun = false, signal }: UndoOptions,
): AsyncGenerator<RolloutEvent, Verdict | undefined, void> {
  const owner = ownerOf(seen)
  if (owner?.reverts && !forceOwned) {
    const message = `${owner.name} manages it and would revert the change; ${owner.instead}`
    return conclude(change, message, { verdict: 'refused', reason: 'Owned' })
  }
  if (revision.current || (!wholeTemplate && change.changes.length === 0)) {
    const message = `it has the images of revision ${revision.revision} already`
    return conclude(change, message, { verdict: 'unchanged' })
  }
  const edit: WorkloadEdit = wholeTemplate
    ? { do: 'set-template', template: revision.template }
    : {
        do: 'set-images',
        images: change.changes,
        annotations: { ...changeCause(seen, change.changes), ...recovery(change.workload.kind, seen) },
      }
  const result = await change.target.write(change.workload, seen, edit, { signal, dryRun })
  if (!result.written) return undefined
  change.warnings.push(...result.warnings)
  if (!dryRun) yield { step: 'applied', door: change.target.door, changes: change.changes }
  return yield* followToVerdict(change, result.workload)
}

/** Containers of both states; one added since has no earlier image. */
function imagesBack({ kind }: WorkloadName, today: KubeObject, { images }: Revision): ImageChange[] {
  return containersOf(kind, today).flatMap(({ name: container, role, image: from }) => {
    const to = images[container]
    return to === undefined || sameImage(from, to) || role === 'ephemeral' ? [] : [{ container, role, from, to }]
  })
}

/** Whether Kubernetes keeps earlier revisions of a kind, to go back to. */
export function keepsRevisions(kind: WorkloadKind): boolean {
  return kind === 'deployment' || kind === 'statefulset' || kind === 'daemonset'
}

/** Raises UNSUPPORTED for kinds without revisions. */
function refuseWithoutHistory({ kind }: WorkloadName): void {
  if (keepsRevisions(kind)) return
  throw new DroverError('UNSUPPORTED', `Kubernetes keeps no earlier revisions of a ${kind}; set its image instead`)
}
