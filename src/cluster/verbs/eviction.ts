import type { DeleteOptions } from './api.ts'
import type { DisruptionBudget } from '../controllers/disruption.ts'
import { selects } from '../../model/label-selector.ts'
import type { Pod } from '../controllers/objects.ts'
import { newestEntry, type Core } from './core.ts'
import { deleteObject } from './deletion.ts'
import { timestamp } from '../metadata.ts'
import * as refusals from '../refusals.ts'
import type { KubeObject, ResourceType } from '../resource.ts'
import { changeObject } from './updating.ts'

/** Deletes a pod if its disruption budget allows. Raises 404, 429, or 500 if several budgets match. */
export async function evictPod(
  core: Core,
  type: ResourceType,
  namespace: string | undefined,
  name: string,
  options: DeleteOptions,
): Promise<void> {
  const pod = newestEntry(core, type, namespace, name).object as Pod
  const running = pod.status?.phase === 'Running' && pod.metadata.deletionTimestamp === undefined
  const [budget, ...more] = running ? budgetsOf(core, pod) : []
  if (more.length > 0) throw refusals.severalBudgets()
  if (budget) await spend(core, budget, pod)
  await deleteObject(core, type, namespace, name, options)
}

function budgetsOf({ api }: Core, { metadata }: Pod): KubeObject[] {
  const budgets = api.list(api.type('policy/v1', 'PodDisruptionBudget'), metadata.namespace) as DisruptionBudget[]
  return budgets.filter(({ spec }) => selects(spec.selector, metadata.labels))
}

/** Decrements disruptionsAllowed in the step that checks it, because evictions may be concurrent. */
async function spend(core: Core, { metadata }: KubeObject, pod: Pod): Promise<void> {
  const type = core.api.type('policy/v1', 'PodDisruptionBudget')
  const { namespace, name = '' } = metadata
  const change = (current: KubeObject): KubeObject => {
    const status = (current.status ?? {}) as NonNullable<DisruptionBudget['status']>
    const { disruptionsAllowed = 0, disruptedPods, desiredHealthy, currentHealthy } = status
    if (status['observedGeneration'] !== current.metadata.generation)
      throw refusals.wouldDisrupt(`The disruption budget ${name} is still being processed by the server.`)
    if (disruptionsAllowed <= 0) {
      const needs = `needs ${Number(desiredHealthy)} healthy pods and has ${Number(currentHealthy)} currently`
      throw refusals.wouldDisrupt(`The disruption budget ${name} ${needs}`)
    }
    const noted = { ...disruptedPods, [pod.metadata.name]: timestamp(core.now()) }
    return { ...current, status: { ...status, disruptionsAllowed: disruptionsAllowed - 1, disruptedPods: noted } }
  }
  await changeObject(core, type, namespace, name, change, { subresource: 'status' })
}
