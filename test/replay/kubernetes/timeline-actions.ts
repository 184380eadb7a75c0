import { differences, isObject } from '../compare.ts'
import type { Json } from './knowledge.ts'

/** A watch event of a timeline; `t` is in seconds from its start. */
export interface Change {
  t: number
  resource: string
  type: string
  object: Json
}

/** A recorder's action, inferred from its effects. */
export interface TimelineAction {
  t: number
  verb: 'create' | 'update' | 'delete'
  resource: string
  /** The state right after the action. */
  object: Json
  /** Options of a deletion. */
  options?: Json
}

const windowSeconds = 1

/** Actions without effect, such as a refused undo, are skipped. */
export function actionsOf(
  recorded: readonly { t: number; did: string }[],
  changes: readonly Change[],
): TimelineAction[] {
  return recorded.flatMap(({ t, did }) => {
    const hidden = hiddenAction(t, did, changes)
    if (hidden) return [hidden]
    for (const [index, change] of changes.entries()) {
      if (change.t < t - 0.03 || change.t > t + windowSeconds) continue
      const action = userAction(t, did, change, previousOf(changes, index))
      if (action) return [action]
    }
    return []
  })
}

function previousOf(changes: readonly Change[], index: number): Json | undefined {
  const change = changes[index]
  return changes
    .slice(0, index)
    .findLast(({ resource, object }) => resource === change?.resource && uidOf(object) === uidOf(change.object))?.object
}

function uidOf(object: Json): unknown {
  return (object['metadata'] as Json)['uid']
}

function userAction(t: number, did: string, change: Change, previous: Json | undefined): TimelineAction | undefined {
  const { resource, type, object } = change
  if (['events', 'endpoints', 'controllerrevisions', 'persistentvolumeclaims'].includes(resource)) return undefined
  const metadata = object['metadata'] as Json
  if (/\bdelete/i.test(did)) return deletion(t, did, change, previous)
  const owners = metadata['ownerReferences'] as { controller?: boolean }[] | undefined
  const byHand = (metadata['annotations'] as Json | undefined)?.['cronjob.kubernetes.io/instantiate'] === 'manual'
  const controlled = !byHand && (owners ?? []).some(({ controller }) => controller)
  if (type === 'ADDED')
    return controlled ? undefined : { t, verb: 'create', resource, object: created(object, resource) }
  if (type !== 'MODIFIED' || !previous) return undefined
  if (controlled && resource !== 'pods') return undefined
  const changed = differences(ownPart(previous, resource), ownPart(object, resource), '').length > 0
  return changed ? { t, verb: 'update', resource, object } : undefined
}

function created(object: Json, resource: string): Json {
  const { status: _status, ...rest } = object
  if (resource !== 'pods' || !isObject(rest['spec'])) return rest
  const { nodeName: _node, ...spec } = rest['spec']
  return { ...rest, spec }
}

/** The part that only users change. */
function ownPart(object: Json, resource: string): unknown {
  const { labels, annotations } = object['metadata'] as { labels?: Json; annotations?: Json }
  const users = Object.entries(annotations ?? {}).filter(
    ([name]) => !/^(deployment\.kubernetes\.io|deprecated)/.test(name),
  )
  return { labels, annotations: Object.fromEntries(users), spec: resource === 'pods' ? undefined : object['spec'] }
}

function deletion(
  t: number,
  did: string,
  { resource, type, object }: Change,
  previous: Json | undefined,
): TimelineAction | undefined {
  const metadata = object['metadata'] as Json
  const was = previous ? (previous['metadata'] as Json)['deletionTimestamp'] : undefined
  const marked = metadata['deletionTimestamp'] !== undefined && was === undefined
  if (!marked && type !== 'DELETED') return undefined
  const finalizers = (metadata['finalizers'] ?? []) as string[]
  const policy = finalizers.includes('foregroundDeletion')
    ? { propagationPolicy: 'Foreground' }
    : finalizers.includes('orphan')
      ? { propagationPolicy: 'Orphan' }
      : {}
  const grace = resource === 'pods' && /grace 0/.test(did) ? { gracePeriodSeconds: 0 } : {}
  return { t, verb: 'delete', resource, object, options: { ...policy, ...grace } }
}

/** Services, quotas and config maps were not watched: parses the recorder's notes instead. */
function hiddenAction(t: number, did: string, changes: readonly Change[]): TimelineAction | undefined {
  const quota = /quota pods=(\d+)/.exec(did)
  if (quota) {
    const object = { metadata: { name: 'q' }, spec: { hard: { pods: quota[1] } } }
    return { t, verb: 'create', resource: 'resourcequotas', object }
  }
  return ownerAction(t, did, changes) ?? serviceAction(t, did, changes)
}

/** Parses `configmap NAME` and `DELETE NAME`: an owner of the first object that references it. */
function ownerAction(t: number, did: string, changes: readonly Change[]): TimelineAction | undefined {
  const [, verb = '', name] = /^(configmap|DELETE) (\S+)$/.exec(did) ?? []
  const owner = changes.flatMap(ownersOf).find((one) => one.kind === 'ConfigMap' && one.name === name)
  if (!owner) return undefined
  const object = { metadata: { name, uid: owner.uid } }
  return { t, verb: verb === 'DELETE' ? 'delete' : 'create', resource: 'configmaps', object, options: {} }
}

function ownersOf({ object }: Change): { kind: string; name: string; uid: string }[] {
  const { ownerReferences = [] } = object['metadata'] as {
    ownerReferences?: { kind: string; name: string; uid: string }[]
  }
  return ownerReferences
}

function serviceAction(t: number, did: string, changes: readonly Change[]): TimelineAction | undefined {
  const endpoints = changes.find(({ resource, type }) => resource === 'endpoints' && type === 'ADDED')?.object
  if (!/\b(svc|service)\b/.test(did) || !endpoints) return undefined
  const { name } = endpoints['metadata'] as { name: string }
  const object = { metadata: { name }, spec: { selector: selectorOf(changes), ports: [{ port: 80 }] } }
  return { t, verb: /delete/i.test(did) ? 'delete' : 'create', resource: 'services', object, options: {} }
}

function selectorOf(changes: readonly Change[]): Json {
  const pod = changes.find(({ resource }) => resource === 'pods')?.object
  const labels = pod ? ((pod['metadata'] as Json)['labels'] as Json | undefined) : undefined
  return { app: labels?.['app'] ?? 'web' }
}
