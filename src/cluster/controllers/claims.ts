import type { OwnerReference } from '../resource.ts'
import { selects } from '../../model/label-selector.ts'
import { controllerOf, isDeleting, keyOf, withMetadata, type LabelSelector, type Stored } from './objects.ts'
import { term, type Kind, type ObjectEvent, type ObjectOf, type View } from './view.ts'

export interface Claim<T> {
  /** Owned and still matching. */
  kept: T[]
  /** Ownerless and matching: to be adopted. */
  adopted: T[]
  /** Owned but no longer matching: to be released. */
  released: T[]
}

/** Sorts candidates by owner and selector. An owner that is being deleted adopts and releases nothing. */
function decideClaims<T extends Stored>(
  owner: Stored,
  selector: LabelSelector,
  owned: readonly T[],
  orphans: readonly T[],
  adoptable: (candidate: T) => boolean = () => true,
): Claim<T> {
  const matches = (object: T) => selects(selector, object.metadata.labels)
  const kept = owned.filter((object) => controllerOf(object)?.uid === owner.metadata.uid && matches(object))
  if (isDeleting(owner)) return { kept, adopted: [], released: [] }
  const free = orphans.filter((object) => matches(object) && !isDeleting(object) && adoptable(object))
  return { kept, adopted: free, released: owned.filter((object) => !matches(object)) }
}

/** Adopts and releases objects of one kind, and returns everything owned afterwards. */
export async function claim<K extends Kind>(
  view: View,
  kind: K,
  owner: Stored,
  reference: OwnerReference,
  selector: LabelSelector,
  adoptable?: (candidate: ObjectOf<K>) => boolean,
): Promise<ObjectOf<K>[]> {
  const owned = view.by(kind, term.controller(owner.metadata.uid))
  const { matchLabels = {} } = selector
  const orphans = orphansFor(view, kind, owner.metadata.namespace, matchLabels)
  const decided = decideClaims<ObjectOf<K>>(owner, selector, owned, orphans, adoptable)
  await Promise.all(decided.released.map((object) => view.update(kind, disowned(object, owner.metadata.uid))))
  const adopted = await Promise.all(decided.adopted.map((object) => view.update(kind, adoptedBy(object, reference))))
  return [...decided.kept, ...adopted]
}

function orphansFor<K extends Kind>(
  view: View,
  kind: K,
  namespace: string | undefined,
  labels: Record<string, string>,
): ObjectOf<K>[] {
  const orphans = term.orphans(namespace)
  if (Object.keys(labels).length === 0) return view.by(kind, orphans)
  return view.labelled(kind, namespace, labels).filter((object) => !controllerOf(object))
}

function adoptedBy<T extends Stored>(object: T, reference: OwnerReference): T {
  return withMetadata(object, { ownerReferences: [...owners(object), reference] })
}

function disowned<T extends Stored>(object: T, uid: string): T {
  return withMetadata(object, { ownerReferences: owners(object).filter((owner) => owner.uid !== uid) })
}

function owners({ metadata }: Stored): OwnerReference[] {
  return metadata.ownerReferences ?? []
}

type Selecting = Stored & { spec: { selector?: LabelSelector } }

interface Owning<K extends Kind> {
  kind: K
  /** Default Pod. */
  owned?: 'Pod' | 'ReplicaSet'
  /** Default `spec.selector`. */
  selectorOf?: (owner: ObjectOf<K>) => LabelSelector | undefined
}

/** Watches the controller's own kind, and objects that it owns, owned or might adopt. */
export function watchesOf<K extends Kind>(view: View, { kind, owned = 'Pod', ...owning }: Owning<K>) {
  const { selectorOf = (owner: ObjectOf<K>) => (owner as Selecting).spec.selector } = owning
  const ownerKeys = (object: Stored): string[] => {
    const owner = controllerOf(object)
    if (owner) return owner.kind === kind ? [`${object.metadata.namespace}/${owner.name}`] : []
    const candidates = view.by(kind, term.namespace(object.metadata.namespace))
    return candidates.filter((one) => selects(selectorOf(one), object.metadata.labels)).map(keyOf)
  }
  return {
    [kind]: ({ object }: ObjectEvent) => [keyOf(object)],
    [owned]: ({ object, previous }: ObjectEvent) => [...ownerKeys(object), ...(previous ? ownerKeys(previous) : [])],
  }
}
