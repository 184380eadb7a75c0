import { createHash } from 'node:crypto'
import { normaliseImage, parseImageReference, isImageReference } from '../../model/image-reference.ts'
import { timestamp } from '../controllers/clock.ts'
import type { Container, ContainerState, ContainerStatus, Pod } from '../controllers/objects.ts'

/**
 * The image as runtimes report it: with registry, and a tag or digest. Text that is not a reference stays unchanged.
 */
export function fullImage(image: string): string {
  return isImageReference(image) ? normaliseImage(parseImageReference(image)) : image
}

/** An imageID: repository and digest. The digest is the reference's own, or derived from it deterministically. */
export function imageId(image: string): string {
  const full = fullImage(image)
  const at = full.indexOf('@')
  if (at !== -1) return full
  const digest = createHash('sha256').update(full).digest('hex')
  const colon = full.lastIndexOf(':')
  const repository = colon > full.lastIndexOf('/') ? full.slice(0, colon) : full
  return `${repository}@sha256:${digest}`
}

/** The id of the nth run of a container. */
export function containerId({ metadata }: Pod, name: string, run: number): string {
  const id = createHash('sha256').update(`${metadata.uid}/${name}/${run}`).digest('hex')
  return `containerd://${id}`
}

/** A container that has not run yet. */
export function waitingStatus({ name, image = '' }: Container, reason: string, message?: string): ContainerStatus {
  return {
    name,
    state: { waiting: { reason, ...(message !== undefined && { message }) } },
    lastState: {},
    ready: false,
    restartCount: 0,
    image,
    imageID: '',
    started: false,
  }
}

/** What a container is doing, as a key of the stages table. */
export type Situation = string

export function situationOf(status: ContainerStatus | undefined, image: string | undefined): Situation {
  if (!status) return 'new'
  const { waiting, running, terminated } = status.state
  if (status.image !== image && !terminated) return 'changed'
  if (terminated) return 'terminated'
  if (running) return status.ready ? 'ready' : 'unready'
  return waiting?.reason ?? 'new'
}

/** The state of a terminated run. */
export function terminatedState(
  status: ContainerStatus,
  end: { exitCode: number; reason: string },
  now: number,
): ContainerState {
  const { running } = status.state
  return {
    terminated: {
      ...end,
      startedAt: running?.startedAt ?? timestamp(now),
      finishedAt: timestamp(now),
      ...(status.containerID && { containerID: status.containerID }),
    },
  }
}
