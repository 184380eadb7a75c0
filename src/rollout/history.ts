import { DroverError } from '../model/errors.ts'
import { sameImage } from '../model/image-reference.ts'
import { judge } from '../model/judge/judge.ts'
import { ownRevisions, revisionNumber } from '../model/judge/revisions.ts'
import type { RolloutSnapshot } from '../model/judge/snapshot.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { containersOf } from '../model/pod-template.ts'
import { failedRevisions } from './failed-revisions.ts'
import type { UndoOptions } from './options.ts'
import type { CallSettings, Target } from './target.ts'
import type { WorkloadName } from './verdict.ts'

/** A pod template that the cluster still keeps. */
export interface Revision {
  revision: string
  /** Keyed by container, init containers included. */
  images: Record<string, string>
  /** When the template was first created, RFC 3339. */
  createdAt?: string
  /** The `kubernetes.io/change-cause` annotation. kubectl may carry it over from the previous revision. */
  cause?: string
  /** Field manager that last wrote the current template. */
  by?: string
  /** Why its rollout by Drover failed, such as `ImageNotFound`. Recorded on the workload. */
  failed?: string
  /** The revision the workload has now. */
  current: boolean
  /** Name of the ReplicaSet or ControllerRevision that stores it. */
  keptIn: string
  template: KubeObject
}

/** Free-text reason for a change. Controllers copy it to the revision. */
const causeAnnotation = 'kubernetes.io/change-cause'

/**
 * The change-cause to write with new images: the given one. Otherwise an existing cause would be wrong for the new
 * revision, so it is replaced by a description of the change; if there is none, none is written.
 */
export function changeCause(
  { metadata }: KubeObject,
  images: readonly { container: string; to: string }[],
  given?: string,
): Record<string, string> {
  if (given !== undefined) return { [causeAnnotation]: given }
  if (metadata.annotations?.[causeAnnotation] === undefined) return {}
  return { [causeAnnotation]: `drover: ${images.map(({ container, to }) => `${container}=${to}`).join(' ')}` }
}

/** Revisions of a Deployment, StatefulSet or DaemonSet, newest first. Other kinds keep none. */
export async function history(target: Target, workload: WorkloadName, call: CallSettings = {}): Promise<Revision[]> {
  return revisionsIn(await target.snapshot(workload, call))
}

export function revisionsIn(snapshot: RolloutSnapshot): Revision[] {
  const { workload, revisions } = snapshot
  const by = templateWriter(workload)
  const marks = failedRevisions(workload)
  const recovered = judge(snapshot).state === 'succeeded'
  return ownRevisions(workload, revisions).map((kept, index) => {
    const { creationTimestamp, name = '', annotations } = kept.metadata
    const cause = annotations?.[causeAnnotation]
    const template = templateIn(kept)
    const revision = String(revisionNumber(kept))
    const failed = index === 0 && recovered ? undefined : marks.get(revision)
    const containers = containersOf('deployment', { metadata: {}, spec: { template } })
    return {
      revision,
      images: Object.fromEntries(containers.map(({ name, image }) => [name, image])),
      ...(creationTimestamp && { createdAt: creationTimestamp }),
      ...(cause !== undefined && { cause }),
      ...(index === 0 && by !== undefined && { by }),
      ...(failed !== undefined && { failed }),
      current: index === 0,
      keptIn: name,
      template,
    }
  })
}

/** Field manager of the latest write to the pod template. Kubernetes tracks it for the current state only. */
function templateWriter({ metadata }: KubeObject): string | undefined {
  const { managedFields = [] } = metadata as {
    managedFields?: { manager?: string; time?: string; subresource?: string; fieldsV1?: { 'f:spec'?: object } }[]
  }
  const writers = managedFields.filter(
    ({ subresource, fieldsV1 }) => !subresource && 'f:template' in (fieldsV1?.['f:spec'] ?? {}),
  )
  return writers.sort((one, other) => (other.time ?? '').localeCompare(one.time ?? ''))[0]?.manager
}

/** A ReplicaSet holds the template plus its own hash label; a ControllerRevision holds a patch of the workload. */
function templateIn(kept: KubeObject): KubeObject {
  const { data } = kept as { data?: { spec?: { template?: Record<string, unknown> } } }
  const template = structuredClone((data?.spec?.template ?? kept.spec?.template ?? {}) as Record<string, unknown>)
  delete template.$patch
  const { labels } = (template.metadata ?? {}) as { labels?: Record<string, string> }
  if (labels) delete labels['pod-template-hash']
  return template as unknown as KubeObject
}

/**
 * The revision to go back to. By default the newest earlier one that is not recorded as failed and has other images
 * than the current one; with `wholeTemplate` the images may be equal. Raises NOT_FOUND, listing the existing revisions.
 */
export function chooseRevision(
  revisions: readonly Revision[],
  { toRevision, toImage, wholeTemplate = false }: Pick<UndoOptions, 'toRevision' | 'toImage' | 'wholeTemplate'>,
): Revision | undefined {
  if (toRevision !== undefined) {
    const found = revisions.find(({ revision, keptIn }) => revision === toRevision || keptIn === toRevision)
    if (found) return found
    throw new DroverError('NOT_FOUND', `there is no revision ${toRevision}; there are ${listed(revisions)}`)
  }
  if (toImage !== undefined) {
    const found = revisions.find(({ images }) => Object.values(images).some((image) => sameImage(image, toImage)))
    if (found) return found
    throw new DroverError('NOT_FOUND', `no revision has the image ${toImage}; there are ${listed(revisions)}`)
  }
  const [today, ...earlier] = revisions
  return earlier.find(({ images, failed }) => failed === undefined && (wholeTemplate || differs(images, today?.images)))
}

/** A container that only one of them has does not count: there is no image to go back to. */
function differs(images: Revision['images'], today: Revision['images'] = {}): boolean {
  return Object.entries(images).some(([name, image]) => today[name] !== undefined && !sameImage(image, today[name]))
}

export function listed(revisions: readonly Revision[]): string {
  return (
    revisions
      .map(({ revision, images, failed }) => {
        const how = failed === undefined ? '' : `; failed: ${failed}`
        return `${revision} (${Object.values(images).join(', ')}${how})`
      })
      .join(', ') || 'none'
  )
}
