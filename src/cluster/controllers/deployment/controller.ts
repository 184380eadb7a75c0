import { claim, watchesOf } from '../claims.ts'
import type { Context, Controller } from '../controller.ts'
import { sameStable } from '../hash.ts'
import { isEmptySelector } from '../../../model/label-selector.ts'
import {
  controlledBy,
  controllerOf,
  isDeleting,
  olderFirst,
  splitKey,
  withMetadata,
  type Deployment,
  type DeploymentStatus,
  type ReplicaSet,
} from '../objects.ts'
import { term } from '../view.ts'
import { revisionOf, sizeAnnotations } from './annotations.ts'
import { allOf, deploymentSource, scalingEvent, sortOut, syncNewest, type Rollout } from './replica-sets.ts'
import { planRollingUpdate, type Scale } from './rolling.ts'
import { isScalingEvent, planScaling } from './scaling.ts'
import { told, wanted } from './sizes.ts'
import {
  condition,
  conditionOf,
  countReplicas,
  hasProgressDeadline,
  isComplete,
  progressCheckIn,
  rolloutStatus,
  setCondition,
} from './status.ts'

/** Rolls out Deployments through ReplicaSets, as Kubernetes' deployment controller does. */
export function deploymentController(context: Context): Controller {
  const { view } = context
  return {
    name: 'deployment',
    watches: {
      ...watchesOf(view, { kind: 'Deployment', owned: 'ReplicaSet' }),
      // Recreate waits until the last old pod is gone
      Pod: ({ type, object }) => {
        const owner = type === 'DELETED' ? controllerOf(object) : undefined
        const set = owner && view.find('ReplicaSet', object.metadata.namespace, owner.name)
        const deployment = set && controllerOf(set)
        return deployment?.kind === 'Deployment' ? [`${object.metadata.namespace}/${deployment.name}`] : []
      },
    },
    reconcile: (key) => reconcile(context, key),
  }
}

async function reconcile(context: Context, key: string): Promise<number | void> {
  const { namespace, name } = splitKey(key)
  const found = context.view.find('Deployment', namespace, name)
  if (!found) return
  if (isEmptySelector(found.spec.selector)) return refuseSelector(context, found)
  const reference = controlledBy(found, 'apps/v1', 'Deployment')
  const sets = await claim(context.view, 'ReplicaSet', found, reference, found.spec.selector)
  if (isDeleting(found)) return onlyStatus(context, sortOut(found, sets))
  const deployment = await tellPaused(context, found)
  const rollout = sortOut(deployment, sets)
  if (deployment.spec.paused || isScalingEvent(deployment, sets)) return rescale(context, rollout)
  await (deployment.spec.strategy?.type === 'Recreate' ? recreate(context, rollout) : roll(context, rollout))
  const now = context.view.find('Deployment', namespace, name)
  return now && progressCheckIn(now, context.clock.now())
}

async function refuseSelector({ view, events }: Context, deployment: Deployment): Promise<void> {
  const message = 'This deployment is selecting all pods. A non-empty selector is required.'
  events.record(deployment, deploymentSource, { type: 'Warning', reason: 'SelectingAll', message })
  const observedGeneration = deployment.metadata.generation ?? 0
  if ((deployment.status?.observedGeneration ?? 0) >= observedGeneration) return
  await view.updateStatus('Deployment', { ...deployment, status: { ...deployment.status, observedGeneration } })
}

/** Shows pausing and resuming in the condition Progressing; a timed-out rollout keeps its condition. */
async function tellPaused({ view, clock }: Context, deployment: Deployment): Promise<Deployment> {
  const progressing = conditionOf(deployment.status, 'Progressing')
  if (!hasProgressDeadline(deployment) || progressing?.reason === 'ProgressDeadlineExceeded') return deployment
  const saysPaused = progressing?.reason === 'DeploymentPaused'
  if (saysPaused === Boolean(deployment.spec.paused)) return deployment
  const [reason, message] = saysPaused
    ? ['DeploymentResumed', 'Deployment is resumed']
    : ['DeploymentPaused', 'Deployment is paused']
  const said = condition('Progressing', 'Unknown', reason, message, clock.now())
  const conditions = setCondition(deployment.status?.conditions, said)
  return view.updateStatus('Deployment', { ...deployment, status: { ...deployment.status, conditions } })
}

async function onlyStatus({ view, clock }: Context, rollout: Rollout): Promise<void> {
  const { deployment, newest } = rollout
  await writeStatus(view, deployment, countReplicas(deployment, newest, allOf(rollout), clock.now()))
}

/** Paused or scaled: resizes ReplicaSets without rolling out. */
async function rescale(context: Context, sorted: Rollout): Promise<void> {
  const rollout = await syncNewest(context, sorted, false)
  const { deployment, newest, old } = rollout
  const resized = await carryOut(context, rollout, planScaling(deployment, newest, old))
  if (deployment.spec.paused) await cleanUp(context, resized)
  await onlyStatus(context, resized)
}

async function roll(context: Context, sorted: Rollout): Promise<void> {
  const rollout = await syncNewest(context, sorted, true)
  const { deployment, newest, old } = rollout
  if (!newest) return
  const plan = planRollingUpdate(deployment, newest, old)
  const rolled = await carryOut(context, rollout, plan)
  if (plan.length === 0 && isComplete(deployment, deployment.status)) await cleanUp(context, rolled)
  await tellProgress(context, rolled)
}

/** Deletes all old pods, waits for them, then creates all new ones. */
async function recreate(context: Context, sorted: Rollout): Promise<void> {
  let rollout = await syncNewest(context, sorted, false)
  const active = rollout.old.filter((set) => told(set) > 0)
  if (active.length > 0) {
    const emptied = active.map((replicaSet) => ({ replicaSet, replicas: 0 }))
    return tellProgress(context, await carryOut(context, rollout, emptied))
  }
  if (hasOldPods(context, rollout)) return tellProgress(context, rollout)
  if (!rollout.newest) rollout = await syncNewest(context, rollout, true)
  const { deployment, newest } = rollout
  const size = wanted(deployment)
  if (newest && told(newest) !== size) {
    rollout = await carryOut(context, rollout, [{ replicaSet: newest, replicas: size }])
  }
  if (isComplete(deployment, deployment.status)) await cleanUp(context, rollout)
  await tellProgress(context, rollout)
}

function hasOldPods({ view }: Context, { old }: Rollout): boolean {
  return old.some(
    ({ status, metadata }) =>
      (status?.replicas ?? 0) > 0 ||
      view
        .by('Pod', term.controller(metadata.uid))
        .some(({ status }) => status?.phase !== 'Failed' && status?.phase !== 'Succeeded'),
  )
}

async function tellProgress({ view, clock }: Context, rollout: Rollout): Promise<void> {
  const { deployment, newest } = rollout
  await writeStatus(view, deployment, rolloutStatus(deployment, newest, allOf(rollout), clock.now()))
}

async function writeStatus(view: Context['view'], deployment: Deployment, status: DeploymentStatus): Promise<void> {
  if (sameStable(status, deployment.status ?? {})) return
  await view.updateStatus('Deployment', { ...deployment, status })
}

/** Resizes ReplicaSets one at a time; responses replace the cached versions. */
async function carryOut(context: Context, rollout: Rollout, plan: readonly Scale[]): Promise<Rollout> {
  const written = new Map<string, ReplicaSet>()
  for (const { replicaSet, replicas } of plan) {
    const today = written.get(replicaSet.metadata.uid) ?? replicaSet
    written.set(replicaSet.metadata.uid, await resize(context, rollout.deployment, today, replicas))
  }
  const renew = (set: ReplicaSet) => written.get(set.metadata.uid) ?? set
  const { deployment, newest, old } = rollout
  return { deployment, newest: newest && renew(newest), old: old.map(renew) }
}

async function resize(
  { view, events }: Context,
  deployment: Deployment,
  replicaSet: ReplicaSet,
  replicas: number,
): Promise<ReplicaSet> {
  const annotations = { ...replicaSet.metadata.annotations, ...sizeAnnotations(deployment) }
  const before = told(replicaSet)
  const unchanged = before === replicas && sameStable(annotations, replicaSet.metadata.annotations)
  if (unchanged) return replicaSet
  const resized = withMetadata({ ...replicaSet, spec: { ...replicaSet.spec, replicas } }, { annotations })
  const written = await view.update('ReplicaSet', resized)
  const event = scalingEvent(before < replicas ? 'up' : 'down', replicaSet.metadata.name, replicas)
  if (before !== replicas) events.record(deployment, deploymentSource, event)
  return written
}

/** Old, empty ReplicaSets beyond the history limit, lowest revisions first. */
function planCleanUp(deployment: Deployment, old: readonly ReplicaSet[]): ReplicaSet[] {
  const { revisionHistoryLimit } = deployment.spec
  if (revisionHistoryLimit === undefined || revisionHistoryLimit === 2 ** 31 - 1) return []
  const alive = old.filter((set) => !isDeleting(set))
  const surplus = Math.max(alive.length - revisionHistoryLimit, 0)
  const lowestFirst = alive.sort((one, other) => revisionOf(one) - revisionOf(other) || olderFirst(one, other))
  return lowestFirst.slice(0, surplus).filter((set) => told(set) === 0 && hasSettled(set))
}

function hasSettled({ metadata, status }: ReplicaSet): boolean {
  return (status?.replicas ?? 0) === 0 && (metadata.generation ?? 0) <= (status?.observedGeneration ?? 0)
}

async function cleanUp({ view }: Context, { deployment, old }: Rollout): Promise<void> {
  await Promise.all(planCleanUp(deployment, old).map((set) => view.delete('ReplicaSet', set)))
}
