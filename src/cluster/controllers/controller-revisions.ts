import type { KubeObject } from '../resource.ts'
import type { Context } from './controller.ts'
import { sameTemplate, shortHash, stableText, templateText } from './hash.ts'
import { controlledBy, olderFirst, type Labels, type PodTemplate, type Stored } from './objects.ts'
import { term } from './view.ts'

export interface ControllerRevision extends Stored {
  revision: number
  data: { spec: { template: PodTemplate } }
}

/** An owner whose templates are stored as ControllerRevisions. */
export interface Revised {
  owner: Stored
  kind: 'StatefulSet' | 'DaemonSet'
  template: PodTemplate
  collisionCount?: number
  /** Label of the revision that carries the hash. */
  hashLabel: string
  annotations?: Labels
}

export function revisionsOf({ view }: Context, owner: Stored): ControllerRevision[] {
  const owned = view.by('ControllerRevision', term.controller(owner.metadata.uid)) as ControllerRevision[]
  return owned.sort((one, other) => one.revision - other.revision || olderFirst(one, other))
}

/** The hash in a revision's name. */
export function hashOf({ template, kind, collisionCount }: Revised): string {
  const text = kind === 'DaemonSet' ? templateText(template) : stableText({ kind, text: templateText(template) })
  return shortHash(text, collisionCount)
}

/** The revision of the current template: the newest if it matches, an old one renumbered, or a new one. */
export async function syncRevision(context: Context, revised: Revised): Promise<ControllerRevision> {
  const history = revisionsOf(context, revised.owner)
  const same = history.findLast(({ data }) => sameTemplate(unpatched(data.spec.template), revised.template))
  const newest = history.at(-1)
  if (same && same === newest) return same
  const revision = (newest?.revision ?? 0) + 1
  if (same) return (await context.view.update('ControllerRevision', { ...same, revision })) as ControllerRevision
  return (await context.view.create('ControllerRevision', describe(revised, revision))) as ControllerRevision
}

function describe(revised: Revised, revision: number): KubeObject {
  const { owner, kind, template, hashLabel, annotations } = revised
  const { name, namespace = '' } = owner.metadata
  const hash = hashOf(revised)
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels: { ...template.metadata?.labels, [hashLabel]: hash },
      ...(annotations && { annotations }),
      ownerReferences: [controlledBy(owner, 'apps/v1', kind)],
    },
    data: { spec: { template: { ...template, $patch: 'replace' } } },
    revision,
  }
}

const plain = new WeakMap<PodTemplate, PodTemplate>()

/** The template as in its owner. */
export function unpatched(template: PodTemplate & { $patch?: string }): PodTemplate {
  const known = plain.get(template)
  if (known) return known
  const { $patch: _, ...rest } = template
  plain.set(template, rest)
  return rest
}

/** Deletes the oldest unused revisions beyond the limit. */
export async function trimHistory(
  { view }: Context,
  history: readonly ControllerRevision[],
  used: ReadonlySet<string>,
  limit: number,
): Promise<void> {
  const unused = history.filter(({ metadata }) => !used.has(metadata.name))
  const surplus = unused.slice(0, Math.max(unused.length - limit, 0))
  await Promise.all(surplus.map((revision) => view.delete('ControllerRevision', revision)))
}
