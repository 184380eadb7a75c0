import { DroverError } from '../model/errors.ts'
import {
  imageRepository,
  isImageReference,
  parseImageReference,
  pullsTheSame,
  sameImage,
  withTag,
} from '../model/image-reference.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { containerNamed, containersOf, type TemplateContainer } from '../model/pod-template.ts'
import { ownerOf } from './owners.ts'
import type { ImageChange, Plan, RefusedReason, WorkloadName } from './verdict.ts'
import type { ContainerSelection, WantedImage, Wish } from './wish.ts'

/** Annotation with the sequence number of the last pipeline that changed the workload. */
export const sequenceAnnotation = 'drover.dev/sequence'

export interface PlanOptions {
  expect?: string | undefined
  sequence?: number | undefined
  forceOwned?: boolean | undefined
}

/**
 * Resolves wishes against a workload. Pure. Raises NOT_FOUND if no container matches, INVALID if two wishes contradict.
 * What is possible but must not be done is in `refused`.
 */
export function planImages(
  name: WorkloadName,
  workload: KubeObject,
  wishes: readonly Wish[],
  options: PlanOptions = {},
): Plan {
  const wanted = wantedImages(containersOf(name.kind, workload), wishes)
  const all = [...wanted].map(([container, to]) => toChange(container, to))
  const changes = all.filter(({ from, to }) => !sameImage(from, to))
  const refused = changes.length > 0 ? refusal(name, workload, changes, options) : undefined
  return {
    workload: name,
    changes,
    unchanged: all.filter((change) => !changes.includes(change)).map(({ container }) => container),
    warnings: [...ownerWarnings(workload, options), ...all.flatMap(digestWarnings)],
    ...(refused && { refused }),
  }
}

function toChange({ name: container, role, image: from }: TemplateContainer, to: string): ImageChange {
  return { container, role, from, to }
}

function wantedImages(containers: readonly TemplateContainer[], wishes: readonly Wish[]) {
  const wanted = new Map<TemplateContainer, string>()
  for (const { select, image } of wishes) {
    for (const container of selected(containers, select)) {
      const to = imageFor(container, image)
      const other = wanted.get(container)
      if (other !== undefined && other !== to) {
        throw new DroverError('INVALID', `container ${container.name} cannot have both ${other} and ${to}`)
      }
      wanted.set(container, to)
    }
  }
  return wanted
}

function selected(containers: readonly TemplateContainer[], select: ContainerSelection): TemplateContainer[] {
  switch (select.by) {
    case 'all':
      return containers.filter(({ role }) => role === 'container')
    case 'name':
      return [changeable(containerNamed(containers, select.name))]
    case 'repository':
      return ofRepository(containers, select.repository)
    default:
      return select satisfies never
  }
}

function changeable(container: TemplateContainer): TemplateContainer {
  if (container.role !== 'ephemeral') return container
  throw new DroverError('INVALID', `${container.name} is an ephemeral container; Kubernetes does not allow changing it`)
}

function ofRepository(containers: readonly TemplateContainer[], text: string): TemplateContainer[] {
  const repository = imageRepository(parseImageReference(text))
  const found = containers.filter(
    ({ image, role }) =>
      role !== 'ephemeral' && isImageReference(image) && imageRepository(parseImageReference(image)) === repository,
  )
  if (found.length > 0) return found
  const there = containers.map(({ name, image }) => `${name}=${image}`).join(', ')
  throw new DroverError('NOT_FOUND', `no container has an image of ${text}; there are ${there}`)
}

function imageFor({ name, image }: TemplateContainer, wanted: WantedImage): string {
  if (wanted.by === 'reference') return parseImageReference(wanted.image).text
  if (isImageReference(image)) return withTag(parseImageReference(image), wanted.tag).text
  throw new DroverError('INVALID', `container ${name} has ${JSON.stringify(image)}, which has no repository to keep`)
}

function refusal(
  name: WorkloadName,
  workload: KubeObject,
  changes: readonly ImageChange[],
  { expect, sequence, forceOwned = false }: PlanOptions,
): Plan['refused'] {
  const refuse = (reason: RefusedReason, message: string) => ({ reason, message })
  if (name.kind === 'job') {
    return refuse(
      'Immutable',
      'the template of a Job cannot be changed; make a new Job, or change the CronJob it comes from',
    )
  }
  const unexpected = changes.find(({ from }) => expect !== undefined && !sameImage(from, expect))
  if (unexpected) {
    return refuse('Expectation', `container ${unexpected.container} has ${unexpected.from}, not the expected ${expect}`)
  }
  const last = Number(workload.metadata.annotations?.[sequenceAnnotation] ?? Number.NaN)
  if (sequence !== undefined && last > sequence) {
    return refuse('Sequence', `a change with the higher number ${last} was made already; refusing ${sequence}`)
  }
  const owner = ownerOf(workload)
  if (!owner?.reverts || forceOwned) return undefined
  return refuse('Owned', `${owner.name} manages it and would revert the change; ${owner.instead}`)
}

function ownerWarnings(workload: KubeObject, { forceOwned = false }: PlanOptions): string[] {
  const owner = ownerOf(workload)
  if (!owner || (owner.reverts && !forceOwned)) return []
  return [
    owner.reverts ? `${owner.name} manages it and may revert the change` : `${owner.name} manages it: ${owner.instead}`,
  ]
}

function digestWarnings({ container, from, to }: ImageChange): string[] {
  if (!isImageReference(from)) return []
  const [old, next] = [parseImageReference(from), parseImageReference(to)]
  if (next.tag === undefined || next.digest === undefined) return []
  const same = from !== to && pullsTheSame(old, next)
  const what = same ? 'the digest is unchanged, so the same content runs' : `the digest takes precedence over the tag`
  return [`container ${container}: ${what} (${to})`]
}
