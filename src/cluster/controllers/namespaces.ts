import { StatusError } from '../../model/status.ts'
import type { Api } from '../verbs/api.ts'
import type { KubeObject, ResourceType } from '../resource.ts'
import { timestamp } from './clock.ts'
import type { Context, Controller } from './controller.ts'
import { stableText } from './hash.ts'
import { isDeleting, keyOf, splitKey, type Condition, type Namespace } from './objects.ts'

export interface NamespaceOptions {
  /** Delay between the DELETE and emptying the namespace in ms. Default 200; Kubernetes takes about five seconds. */
  namespaceDelay?: number
}

/** Creates the default objects of namespaces, and empties namespaces being deleted. */
export function namespaceController(context: Context, { namespaceDelay = 200 }: NamespaceOptions = {}): Controller {
  const { api, view } = context
  const since = new Map<string, number>()
  return {
    name: 'namespace',
    watches: {
      Namespace: ({ type, object }) => {
        if (type === 'DELETED') since.delete(object.metadata.uid)
        return type === 'DELETED' ? [] : [keyOf(object)]
      },
      ServiceAccount: ({ type, object }) => (type === 'DELETED' ? [`/${object.metadata.namespace}`] : []),
    },
    start: (add) =>
      api.observe(api.type('v1', 'ConfigMap'), ({ type, object }) => {
        if (type === 'DELETED' && object.metadata.name === rootCa) add(`/${object.metadata.namespace}`)
      }),
    async reconcile(key) {
      const namespace = view.find('Namespace', undefined, splitKey(key).name)
      if (!namespace) return
      if (!isDeleting(namespace)) return furnish(api, namespace)
      const { uid } = namespace.metadata
      const started = since.get(uid) ?? context.clock.now()
      since.set(uid, started)
      const left = started + namespaceDelay - context.clock.now()
      return left > 0 ? left : empty(context, namespace, namespaceDelay)
    },
  }
}

const rootCa = 'kube-root-ca.crt'

/** There is no CA inside the cluster; the map exists because pods mount it. */
const rootCaText = '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n'

async function furnish(api: Api, { metadata }: Namespace): Promise<void> {
  const namespace = metadata.name
  await createAbsent(api, api.type('v1', 'ServiceAccount'), {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace },
  })
  await createAbsent(api, api.type('v1', 'ConfigMap'), {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: rootCa, namespace },
    data: { 'ca.crt': rootCaText },
  })
}

/** Creates an object unless it exists. */
export async function createAbsent(api: Api, type: ResourceType, object: KubeObject): Promise<void> {
  const { namespace, name = '' } = object.metadata
  if (api.find(type, namespace, name)) return
  try {
    await api.create(type, object)
  } catch (error) {
    if (!(error instanceof StatusError && error.reason === 'AlreadyExists')) throw error
  }
}

interface Remains {
  type: ResourceType
  objects: KubeObject[]
}

async function empty(context: Context, namespace: Namespace, delay: number): Promise<number | void> {
  const { api, view, clock } = context
  const before = contents(api, namespace.metadata.name)
  await Promise.allSettled(before.flatMap(({ type, objects }) => objects.map((object) => discard(api, type, object))))
  const left = contents(api, namespace.metadata.name)
  const today = view.find('Namespace', undefined, namespace.metadata.name)
  if (!today) return
  if (left.length === 0) {
    const type = api.type('v1', 'Namespace')
    await api.update(type, { ...today, spec: { ...today.spec, finalizers: [] } }, { subresource: 'finalize' })
    return
  }
  const conditions = deletionConditions(today.status?.conditions ?? [], left, clock.now())
  const status = { phase: 'Terminating', conditions }
  if (stableText(status) !== stableText(today.status)) await view.updateStatus('Namespace', { ...today, status })
  return Math.max(delay, 50)
}

function contents(api: Api, namespace: string): Remains[] {
  return api
    .types()
    .filter(({ namespaced }) => namespaced)
    .map((type) => ({ type, objects: api.list(type, namespace) }))
    .filter(({ objects }) => objects.length > 0)
}

async function discard(api: Api, type: ResourceType, { metadata }: KubeObject): Promise<void> {
  if (metadata.deletionTimestamp) return
  await api.delete(type, metadata.namespace, metadata.name ?? '', { propagationPolicy: 'Background' })
}

/** What holds up a namespace's deletion, as conditions. */
export function deletionConditions(before: readonly Condition[], left: readonly Remains[], now: number): Condition[] {
  const kinds = left.map(({ type, objects }) => `${type.plural}.${type.group} has ${objects.length} resource instances`)
  const holders = finalizerCounts(left)
  const held = [...holders].map(([finalizer, count]) => `${finalizer} in ${count} resource instances`)
  const remaining = `Some resources are remaining: ${kinds.sort().join(', ')}`
  const finalizing = `Some content in the namespace has finalizers remaining: ${held.join(', ')}`
  const rows: [
    type: string,
    bad: boolean,
    reasons: [good: string, bad: string],
    messages: [good: string, bad: string],
  ][] = [
    ['DiscoveryFailure', false, ['ResourcesDiscovered', ''], ['All resources successfully discovered', '']],
    [
      'GroupVersionParsingFailure',
      false,
      ['ParsedGroupVersions', ''],
      ['All legacy kube types successfully parsed', ''],
    ],
    [
      'ContentFailure',
      false,
      ['ContentDeleted', ''],
      ['All content successfully deleted, may be waiting on finalization', ''],
    ],
    ['ContentRemaining', true, ['ContentRemoved', 'SomeResourcesRemain'], ['', remaining]],
    [
      'FinalizersRemaining',
      held.length > 0,
      ['ContentHasNoFinalizers', 'SomeFinalizersRemain'],
      ['All content-preserving finalizers finished', finalizing],
    ],
  ]
  return rows.map(([name, bad, reasons, messages]) => {
    const type = name.endsWith('Failure') ? `NamespaceDeletion${name}` : `Namespace${name}`
    const status = bad ? 'True' : 'False'
    const known = before.find((condition) => condition.type === type)
    const lastTransitionTime = known?.status === status ? known.lastTransitionTime : undefined
    const index = bad ? 1 : 0
    return {
      type,
      status,
      lastTransitionTime: lastTransitionTime ?? timestamp(now),
      reason: reasons[index],
      message: messages[index],
    }
  })
}

function finalizerCounts(left: readonly Remains[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { metadata } of left.flatMap(({ objects }) => objects)) {
    for (const finalizer of metadata.finalizers ?? []) counts.set(finalizer, (counts.get(finalizer) ?? 0) + 1)
  }
  return counts
}
