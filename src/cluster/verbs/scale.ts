import { newestEntry, show, type Core } from './core.ts'
import * as refusals from '../refusals.ts'
import type { KubeObject, ResourceType } from '../resource.ts'
import { decodeObject } from '../schema/decode.ts'
import { copyValue } from '../metadata.ts'
import { changeObject } from './updating.ts'

/** The kind of the `scale` subresource (autoscaling/v1), as far as bodies and patches need it. */
export const scaleType: ResourceType = {
  group: 'autoscaling',
  version: 'v1',
  kind: 'Scale',
  plural: 'scales',
  singular: 'scale',
  namespaced: true,
  verbs: [],
  generation: false,
  nameRule: 'dns-subdomain',
  columns: [],
  decode: (value, options) => decodeObject('autoscaling/v1', 'Scale', value, options),
}

export function readScale(core: Core, type: ResourceType, namespace: string | undefined, name: string): KubeObject {
  return scaleOf(type, show(type, newestEntry(core, type, namespace, name).object))
}

function scaleOf({ scale }: ResourceType, object: KubeObject): KubeObject {
  if (!scale) throw refusals.noSuchResource()
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const replicas = valueAt(object, scale.replicas)
  const selector = valueAt(object, scale.selector)
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      ...(name !== undefined && { name }),
      ...(namespace !== undefined && { namespace }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(creationTimestamp !== undefined && { creationTimestamp }),
    },
    spec: replicas ? { replicas } : {},
    status: {
      replicas: valueAt(object, scale.statusReplicas) ?? 0,
      ...(selector !== undefined && { selector: selectorText(selector) }),
    },
  }
}

/** Writes the replicas of a changed scale into its object. */
export async function changeScale(
  core: Core,
  type: ResourceType,
  namespace: string | undefined,
  name: string,
  change: (scale: KubeObject) => KubeObject,
  options: { dryRun: boolean },
): Promise<KubeObject> {
  const { object } = await changeObject(
    core,
    type,
    namespace,
    name,
    (current) => {
      const wanted = change(scaleOf(type, current))
      checkReplicas(name, wanted)
      return withReplicas(type, current, wanted)
    },
    { dryRun: options.dryRun, untracked: true },
  )
  return scaleOf(type, object)
}

function checkReplicas(name: string, { spec }: KubeObject): void {
  const replicas = spec?.['replicas'] ?? 0
  if (typeof replicas === 'number' && replicas >= 0) return
  throw refusals.invalid(scaleType, name, [
    {
      reason: 'FieldValueInvalid',
      field: 'spec.replicas',
      message: `Invalid value: ${JSON.stringify(replicas)}: must be greater than or equal to 0`,
    },
  ])
}

function withReplicas({ scale }: ResourceType, current: KubeObject, wanted: KubeObject): KubeObject {
  const object = copyValue(current)
  const { resourceVersion } = wanted.metadata
  if (resourceVersion === undefined) delete object.metadata.resourceVersion
  else object.metadata.resourceVersion = resourceVersion
  const path = scale?.replicas ?? []
  let holder: Record<string, unknown> = object
  for (const step of path.slice(0, -1)) holder = (holder[step] ??= {}) as Record<string, unknown>
  holder[path.at(-1) as string] = wanted.spec?.['replicas'] ?? 0
  return object
}

function valueAt(object: KubeObject, path: readonly string[]): unknown {
  let value: unknown = object
  for (const step of path) value = (value as Record<string, unknown> | undefined)?.[step]
  return value
}

interface LabelSelector {
  matchLabels?: Record<string, string>
  matchExpressions?: { key: string; operator: string; values?: string[] }[]
}

/** A selector as text, which custom resources store already. */
function selectorText(selector: unknown): string {
  if (typeof selector === 'string') return selector
  const { matchLabels, matchExpressions } = selector as LabelSelector
  const labels = matchLabels ?? (matchExpressions ? {} : (selector as Record<string, string>))
  const equal = Object.entries(labels).map(([key, value]) => `${key}=${value}`)
  return [...equal, ...(matchExpressions ?? []).map(expressionText)].sort().join(',')
}

function expressionText({ key, operator, values = [] }: { key: string; operator: string; values?: string[] }): string {
  if (operator === 'Exists') return key
  if (operator === 'DoesNotExist') return `!${key}`
  return `${key} ${operator.toLowerCase()} (${values.toSorted().join(',')})`
}
