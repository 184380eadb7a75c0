import { printAmount, usedIn, useOf } from '../quotas.ts'
import type { WatchEvent } from '../verbs/api.ts'
import type { ResourceType } from '../resource.ts'
import type { Context, Controller } from './controller.ts'
import { sameStable } from './hash.ts'
import { isDeleting, keyOf, splitKey, type Stored } from './objects.ts'
import { term } from './view.ts'

interface ResourceQuota extends Stored {
  spec: { hard?: Record<string, string> }
}

/** Maintains the usage in the status of ResourceQuotas. */
export function quotaController(context: Context): Controller {
  const { api, view } = context
  return {
    name: 'resourcequota-controller',
    watches: { ResourceQuota: ({ object }) => [keyOf(object)] },
    start: (add) =>
      api.observeAll((type, event) => {
        const { namespace } = event.object.metadata
        if (!type.namespaced || type.kind === 'Event') return
        const quotas = view.by('ResourceQuota', term.namespace(namespace))
        if (quotas.length > 0 && changesUse(type, event)) for (const quota of quotas) add(keyOf(quota))
      }),
    reconcile: (key) => reconcile(context, key),
  }
}

function changesUse(type: ResourceType, { type: change, object, previous }: WatchEvent): boolean {
  if (change !== 'MODIFIED' || !previous) return true
  return !sameStable([...useOf(type, object)].map(String), [...useOf(type, previous)].map(String))
}

async function reconcile({ api, view }: Context, key: string): Promise<void> {
  const { namespace, name } = splitKey(key)
  const quota = view.find('ResourceQuota', namespace, name) as ResourceQuota | undefined
  if (!quota || isDeleting(quota)) return
  const { hard = {} } = quota.spec
  const used = [...usedIn(api, namespace, hard)].map(([one, nanos]) => [one, printAmount(nanos, hard[one] ?? '')])
  const status = { hard, used: Object.fromEntries(used) as Record<string, string> }
  if (!sameStable(status, quota.status)) await view.updateStatus('ResourceQuota', { ...quota, status })
}
