import type { KubeObject } from '../../../model/kube-object.ts'
import { workloadKinds } from '../../../model/workload-kinds.ts'
import type { Caller } from '../../access/caller.ts'
import type { V3WorkloadKind } from '../mapping/kind-rows.ts'
import { type Fields, fieldsOf, listOf, valueAt } from '../mapping/rows.ts'

/** The field manager that Kubernetes records for writes with a key. */
export function managerOf({ keyName }: Pick<Caller, 'keyName'>): string {
  return `drover-${keyName}`
}

/**
 * The containers whose image the manager wrote last, by managedFields. A script that sends the same saved document with
 * a newer image each time does not conflict with itself.
 */
export function imagesWrittenBy(manager: string, kind: V3WorkloadKind, object: KubeObject): ReadonlySet<string> {
  const podSpec = [...workloadKinds[kind].template, 'spec'].map((field) => `f:${field}`)
  const names = new Set<string>()
  for (const entry of listOf(object.metadata['managedFields'])) {
    if (entry['manager'] !== manager) continue
    const spec = podSpec.reduce((fields: Fields, field) => fieldsOf(fields[field]), fieldsOf(entry['fieldsV1']))
    for (const list of ['f:containers', 'f:initContainers']) {
      for (const [key, fields] of Object.entries(fieldsOf(spec[list]))) {
        if (Object.hasOwn(fieldsOf(fields), 'f:image')) names.add(nameIn(key))
      }
    }
  }
  return names
}

/** Parses a key such as `k:{"name":"web"}`. */
function nameIn(key: string): string {
  const name = key.startsWith('k:') ? valueAt(fieldsOf(JSON.parse(key.slice(2))), 'name') : ''
  return typeof name === 'string' ? name : ''
}
