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

/** An earlier state of the pod template that the cluster still keeps. */
export interface Revision {
  revision: string
  /** By container, init containers included. */
  images: Record<string, string>
  /** RFC 3339: when this template was first made. */
  createdAt?: string
  /** What somebody noted by `kubernetes.io/change-cause`; kubectl may carry it over from the revision before. */
  cause?: string
  /** Who wrote the template that the workload has now: the field manager, as Kubernetes recorded it. */
  by?: string
  /** Why it did not come up when Drover rolled it out: `ImageNotFound`. Noted on the workload. */
  failed?: string
  /** The one that the workload has now. */
  current: boolean
  /** The object that keeps it: a ReplicaSet's or a ControllerRevision's name. */
  keptIn: string
  template: KubeObject
}

/** The annotation for what somebody wants to be known of a change; controllers copy it to the revision. */
const causeAnnotation = 'kubernetes.io/change-cause'

/**
 * The cause to be noted with a change of images: the one given. Without one, a cause that is there would be kept for the new revision and be
 * wrong, so it gives way to what is done; where there is none, none is written.
 */
export function causeNote(
  { metadata }: KubeObject,
  images: readonly { container: string; to: string }[],
  given?: string,
): Record<string, string> {
  if (given !== undefined) return { [causeAnnotation]: given }
  if (metadata.annotations?.[causeAnnotation] === undefined) return {}
  return { [causeAnnotation]: `drover: ${images.map(({ container, to }) => `${container}=${to}`).join(' ')}` }
}

/** The revisions of a Deployment, StatefulSet or DaemonSet, newest first. Other kinds keep none. */
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

/** The field manager of the newest write that set the pod template; Kubernetes keeps it of today's state alone. */
function templateWriter({ metadata }: KubeObject): string | undefined {
  const { managedFields = [] } = metadata as {
    managedFields?: { manager?: string; time?: string; subresource?: string; fieldsV1?: { 'f:spec'?: object } }[]
  }
  const writers = managedFields.filter(
    ({ subresource, fieldsV1 }) => !subresource && 'f:template' in (fieldsV1?.['f:spec'] ?? {}),
  )
  return writers.sort((one, other) => (other.time ?? '').localeCompare(one.time ?? ''))[0]?.manager
}

/** A ReplicaSet has the template with the label of its own hash; a ControllerRevision has it as a patch of the workload. */
function templateIn(kept: KubeObject): KubeObject {
  const { data } = kept as { data?: { spec?: { template?: Record<string, unknown> } } }
  const template = structuredClone((data?.spec?.template ?? kept.spec?.template ?? {}) as Record<string, unknown>)
  delete template.$patch
  const { labels } = (template.metadata ?? {}) as { labels?: Record<string, string> }
  if (labels) delete labels['pod-template-hash']
  return template as unknown as KubeObject
}

/**
 * The revision to go back to. By default the newest one before today's that is not known to have failed and has other images
 * than today's; where the whole template is wanted, other images are not asked for. Raises NOT_FOUND, naming the ones that there are.
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

/** A container that is in one of them alone has no image to go back to. */
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
