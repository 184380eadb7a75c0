import type { KubeObject } from '../../model/kube-object.ts'

/** A list indexed so that each of a thousand followers finds its own objects without a scan. */
export interface Listed {
  named(name: string): KubeObject | undefined
  /** Objects controlled by this one; events about it. */
  under(object: KubeObject): readonly KubeObject[]
}

export function indexed(items: readonly KubeObject[]): Listed {
  const byName = new Map<string, KubeObject>()
  const byUidAbove = new Map<string, KubeObject[]>()
  for (const object of items) {
    byName.set(object.metadata.name ?? '', object)
    const uid = uidAbove(object)
    if (uid === undefined) continue
    const siblings = byUidAbove.get(uid)
    if (siblings) siblings.push(object)
    else byUidAbove.set(uid, [object])
  }
  return {
    named: (name) => byName.get(name),
    under: ({ metadata: { uid } }) => (uid === undefined ? [] : (byUidAbove.get(uid) ?? [])),
  }
}

function uidAbove(object: KubeObject): string | undefined {
  const { involvedObject, metadata } = object as KubeObject & { involvedObject?: { uid?: string } }
  return involvedObject?.uid ?? metadata.ownerReferences?.find(({ controller }) => controller)?.uid
}
