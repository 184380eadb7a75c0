import { StatusError } from '../../../model/status.ts'
import type { Context } from '../controller.ts'
import { sameTemplate, shortHash, templateHashLabel, templateText } from '../hash.ts'
import { controlledBy, olderFirst, withMetadata, type Deployment, type ReplicaSet } from '../objects.ts'
import type { KubeObject } from '../../resource.ts'
import { newestAnnotations, revisionAnnotation, revisionOf, sizeAnnotations } from './annotations.ts'
import { newestSize } from './sizes.ts'
import { condition, conditionOf, hasProgressDeadline, setCondition } from './status.ts'

export const deploymentSource = { component: 'deployment-controller' }

/** A Deployment and its ReplicaSets at one moment; `newest` has the current template. */
export interface Rollout {
  deployment: Deployment
  newest: ReplicaSet | undefined
  old: ReplicaSet[]
}

/** Of several ReplicaSets with the current template, the oldest counts as the newest. */
export function sortOut(deployment: Deployment, sets: readonly ReplicaSet[]): Rollout {
  const { template } = deployment.spec
  const newest = [...sets].sort(olderFirst).find((set) => sameTemplate(set.spec.template, template))
  return { deployment, newest, old: sets.filter((set) => set !== newest) }
}

export function allOf({ newest, old }: Rollout): ReplicaSet[] {
  return newest ? [...old, newest] : [...old]
}

/** The ReplicaSet for a Deployment's template. */
export function describeReplicaSet(deployment: Deployment, old: readonly ReplicaSet[]): KubeObject & ReplicaSet {
  const { template, selector, minReadySeconds } = deployment.spec
  const { name, namespace } = deployment.metadata
  const hash = shortHash(templateText(template), deployment.status?.collisionCount)
  const labels = { ...template.metadata?.labels, [templateHashLabel]: hash }
  const revision = Math.max(0, ...old.map(revisionOf)) + 1
  const replicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels,
      ownerReferences: [controlledBy(deployment, 'apps/v1', 'Deployment')],
    },
    spec: {
      replicas: newestSize(deployment, undefined, old),
      ...(minReadySeconds !== undefined && { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [templateHashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  } as unknown as ReplicaSet
  const annotations = { ...newestAnnotations(deployment, replicaSet, revision), ...sizeAnnotations(deployment) }
  return withMetadata(replicaSet, { annotations })
}

/** Updates revision numbers, and creates the newest ReplicaSet if allowed and missing. */
export async function syncNewest(context: Context, rollout: Rollout, mayCreate: boolean): Promise<Rollout> {
  if (rollout.newest) return refreshNewest(context, rollout, rollout.newest)
  return mayCreate ? createNewest(context, rollout) : rollout
}

async function refreshNewest({ view, clock }: Context, rollout: Rollout, newest: ReplicaSet): Promise<Rollout> {
  const { deployment, old } = rollout
  const revision = Math.max(0, ...old.map(revisionOf)) + 1
  const annotations = newestAnnotations(deployment, newest, revision)
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0
  if (differs(annotations, newest.metadata.annotations) || minReadySeconds !== (newest.spec.minReadySeconds ?? 0)) {
    const spec = { ...newest.spec, ...((minReadySeconds > 0 || newest.spec.minReadySeconds) && { minReadySeconds }) }
    const changed = withMetadata({ ...newest, spec }, { annotations })
    return { ...rollout, newest: await view.update('ReplicaSet', changed) }
  }
  const found = `Found new replica set "${newest.metadata.name}"`
  const unknown = hasProgressDeadline(deployment) && !conditionOf(deployment.status, 'Progressing')
  const said = unknown ? condition('Progressing', 'True', 'FoundNewReplicaSet', found, clock.now()) : undefined
  return { ...rollout, deployment: await tellRevision(view, deployment, revisionOf(newest), said) }
}

function differs(one: Record<string, string>, other: Record<string, string> = {}): boolean {
  const names = Object.keys(one)
  return names.length !== Object.keys(other).length || names.some((name) => one[name] !== other[name])
}

async function createNewest(context: Context, rollout: Rollout): Promise<Rollout> {
  const { deployment, old } = rollout
  const { view, events, clock } = context
  const wished = describeReplicaSet(deployment, old)
  const { name, namespace } = wished.metadata
  let newest: ReplicaSet
  try {
    newest = await view.create('ReplicaSet', wished)
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    const existing = view.find('ReplicaSet', namespace, name)
    if (error.reason !== 'AlreadyExists' || !existing) return refusedNewest(context, deployment, name, error)
    return collidedNewest(context, rollout, existing)
  }
  const size = newest.spec.replicas ?? 0
  if (size > 0) events.record(deployment, deploymentSource, scalingEvent('up', name, size))
  const created = `Created new replica set "${name}"`
  const said = condition('Progressing', 'True', 'NewReplicaSetCreated', created, clock.now())
  const told = hasProgressDeadline(deployment) ? said : undefined
  return { old, newest, deployment: await tellRevision(view, deployment, revisionOf(newest), told) }
}

/** The name is taken: by our own ReplicaSet with the same template, which is fine, or by a hash collision. */
async function collidedNewest(context: Context, rollout: Rollout, existing: ReplicaSet): Promise<Rollout> {
  const { deployment } = rollout
  const ours = existing.metadata.ownerReferences?.some(({ uid }) => uid === deployment.metadata.uid)
  if (ours && sameTemplate(existing.spec.template, deployment.spec.template)) return { ...rollout, newest: existing }
  const collisionCount = (deployment.status?.collisionCount ?? 0) + 1
  const status = { ...deployment.status, collisionCount }
  const counted = await context.view.updateStatus('Deployment', { ...deployment, status })
  return createNewest(context, { ...rollout, deployment: counted })
}

async function refusedNewest(
  { view, events, clock }: Context,
  deployment: Deployment,
  name: string,
  error: StatusError,
): Promise<never> {
  const terminating = error.status.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating')
  if (terminating) throw error
  const message = `Failed to create new replica set "${name}": ${error.message}`
  events.record(deployment, deploymentSource, { type: 'Warning', reason: 'ReplicaSetCreateError', message })
  if (hasProgressDeadline(deployment)) {
    const said = condition('Progressing', 'False', 'ReplicaSetCreateError', message, clock.now())
    await tellRevision(view, deployment, 0, said)
  }
  throw error
}

/** Writes the revision annotation and a condition together with the status, without changing the spec. */
async function tellRevision(
  view: Context['view'],
  deployment: Deployment,
  revision: number,
  said: ReturnType<typeof condition> | undefined,
): Promise<Deployment> {
  const numbered = revision === 0 || revisionOf(deployment) === revision
  if (numbered && !said) return deployment
  const annotations = { ...deployment.metadata.annotations }
  if (!numbered) annotations[revisionAnnotation] = String(revision)
  const conditions = said ? setCondition(deployment.status?.conditions, said) : deployment.status?.conditions
  const status = { ...deployment.status, ...(conditions && { conditions }) }
  return view.updateStatus('Deployment', withMetadata({ ...deployment, status }, { annotations }))
}

export function scalingEvent(direction: 'up' | 'down', name: string, size: number) {
  const message = `Scaled ${direction} replica set ${name} to ${size}`
  return { type: 'Normal' as const, reason: 'ScalingReplicaSet', message }
}
