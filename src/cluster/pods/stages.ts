import { parseImageReference } from '../../model/image-reference.ts'
import { timestamp } from '../controllers/clock.ts'
import type { EventText } from '../controllers/events.ts'
import type { Container, ContainerStatus, Pod } from '../controllers/objects.ts'
import { containerId, fullImage, imageId, terminatedState, waitingStatus, type Situation } from './container-status.ts'
import { isSidecar } from './init-containers.ts'
import { delayOf, type Life } from './lives.ts'

/** One container of a pod at one moment. */
export interface Moment {
  pod: Pod
  container: Container
  /** The last reported status; initially waiting. */
  status: ContainerStatus
  now: number
  /** Number of repeated failures, for back-off. */
  tries: number
  /** Milliseconds from binding to ready for a plain container. */
  readyAfter: number
}

export interface Change {
  /** Absent: only events. */
  status?: ContainerStatus
  events: EventText[]
}

/** A step of a life: in this situation, after this delay (ms), this happens. */
export interface Stage {
  name: string
  when: Situation
  after: (moment: Moment) => number
  next: (moment: Moment) => Change
}

/** Scales the kubelet's own delays, so that a fast cluster is fast everywhere. */
const scale = ({ readyAfter }: Moment) => readyAfter / 1500

const part = (share: number) => (moment: Moment) => moment.readyAfter * share

/** Kubelet back-off: 10 s, doubled each time, capped at five minutes. */
function backOffSeconds(tries: number): number {
  return Math.min(10 * 2 ** tries, 300)
}

const backingOff = (moment: Moment) => backOffSeconds(moment.tries) * 1000 * scale(moment)

const normal = (reason: string, message: string): EventText => ({ type: 'Normal', reason, message })
const warning = (reason: string, message: string): EventText => ({ type: 'Warning', reason, message })

const pulling = ({ container }: Moment) => normal('Pulling', `Pulling image "${container.image}"`)

const waitingFor = (moment: Moment, reason: string, message?: string): ContainerStatus => {
  const { restartCount, lastState, imageID } = moment.status
  return { ...waitingStatus(moment.container, reason, message), restartCount, lastState, imageID }
}

function runningStatus({ pod, container, status, now }: Moment, ready: boolean, restartCount: number): ContainerStatus {
  const image = container.image ?? ''
  return {
    ...status,
    image,
    imageID: imageId(image),
    containerID: containerId(pod, container.name, restartCount),
    state: { running: { startedAt: timestamp(now) } },
    restartCount,
    started: true,
    ready,
  }
}

function started({ container }: Moment): EventText[] {
  return [
    normal('Created', `Created container ${container.name}`),
    normal('Started', `Started container ${container.name}`),
  ]
}

function pulled(moment: Moment): EventText {
  const seconds = Math.max((moment.readyAfter * 0.73) / 1000, 0.001)
  return normal('Pulled', `Successfully pulled image "${moment.container.image}" in ${goSeconds(seconds)}`)
}

/** A duration in Go's format: 1.1s, 15ms. */
function goSeconds(seconds: number): string {
  return seconds >= 1 ? `${Number(seconds.toFixed(3))}s` : `${Number((seconds * 1000).toFixed(3))}ms`
}

// building blocks of lives

const create: Stage = {
  name: 'create',
  when: 'new',
  after: part(0.1),
  next: (moment) => ({ status: waitingFor(moment, 'ContainerCreating'), events: [pulling(moment)] }),
}

const initialised: Stage = { ...create, name: 'create after init', when: 'PodInitializing' }

/** Starts; ready at once unless there is a probe. */
const start: Stage = {
  name: 'start',
  when: 'ContainerCreating',
  after: part(0.9),
  next: (moment) => ({
    status: runningStatus(moment, !moment.container.readinessProbe, moment.status.restartCount),
    events: [pulled(moment), ...started(moment)],
  }),
}

const startSlowly: Stage = {
  ...start,
  name: 'start slowly',
  after: (moment) => delayOf(moment.pod) ?? moment.readyAfter * 10,
}

const startUnready: Stage = {
  ...start,
  name: 'start unready',
  next: (moment) => ({
    status: runningStatus(moment, false, moment.status.restartCount),
    events: [pulled(moment), ...started(moment)],
  }),
}

const becomeReady: Stage = {
  name: 'become ready',
  when: 'unready',
  after: (moment) => {
    const { initialDelaySeconds = 0, periodSeconds = 10 } = moment.container.readinessProbe ?? {}
    return Math.max(initialDelaySeconds, Math.min(periodSeconds, 0.2)) * 1000 * scale(moment)
  },
  next: ({ status }) => ({ status: { ...status, ready: true }, events: [] }),
}

const failProbe: Stage = {
  name: 'fail probe',
  when: 'unready',
  after: (moment) => (moment.container.readinessProbe?.periodSeconds ?? 10) * 1000 * scale(moment),
  next: () => ({
    events: [warning('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503')],
  }),
}

/** Restarts after the image of a running container was changed in place. */
const replace: Stage = {
  name: 'replace',
  when: 'changed',
  after: part(0.1),
  next: (moment) => {
    const { container, status, now } = moment
    const ran = status.state.running !== undefined
    const end = terminatedState(status, { exitCode: 0, reason: 'Completed' }, now)
    const waiting = waitingStatus(container, 'ContainerCreating')
    const restartCount = status.restartCount + (ran ? 1 : 0)
    const killing = normal('Killing', `Container ${container.name} definition changed, will be restarted`)
    return {
      status: { ...waiting, restartCount, lastState: ran ? end : status.lastState },
      events: [...(ran ? [killing] : []), pulling(moment)],
    }
  },
}

type End = { exitCode: number; reason: string }

/** The end of a run. If the restart policy applies, the container waits in back-off. */
function exit(when: Situation, share: number, end: End): Stage {
  return {
    name: `exit ${end.exitCode} when ${when}`,
    when,
    after: part(share),
    next: (moment) => {
      const { pod, container, status, now } = moment
      const state = terminatedState(status, end, now)
      const stopped = { ...status, ready: false, started: false }
      const sidecar = isSidecar(pod, container)
      const done = end.exitCode === 0 && pod.spec.initContainers?.includes(container)
      if (!sidecar && (done || !restarts(pod, end.exitCode))) return { status: { ...stopped, state }, events: [] }
      const seconds = backOffSeconds(status.restartCount)
      const wait = seconds >= 60 ? `${Math.floor(seconds / 60)}m${seconds % 60}s` : `${seconds}s`
      const { name, namespace, uid } = pod.metadata
      const message = `back-off ${wait} restarting failed container=${container.name} pod=${name}_${namespace}(${uid})`
      return {
        status: { ...stopped, state: { waiting: { reason: 'CrashLoopBackOff', message } }, lastState: state },
        events: [warning('BackOff', 'Back-off restarting failed container')],
      }
    },
  }
}

export function restarts({ spec }: Pod, exitCode: number): boolean {
  const policy = spec.restartPolicy ?? 'Always'
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)
}

function restart(ready: boolean): Stage {
  return {
    name: 'restart',
    when: 'CrashLoopBackOff',
    after: (moment) => backingOff({ ...moment, tries: moment.status.restartCount }),
    next: (moment) => {
      const present = normal('Pulled', `Container image "${moment.container.image}" already present on machine`)
      return {
        status: runningStatus(moment, ready, moment.status.restartCount + 1),
        events: [present, ...started(moment)],
      }
    },
  }
}

/** A container that ends the same way every time. */
function ending(end: End, ready: boolean): Stage[] {
  const run = ready ? start : startUnready
  return [create, initialised, replace, run, restart(ready), exit('ready', 1, end), exit('unready', 0.5, end)]
}

function failPull(moment: Moment, reason: string): Change {
  const { image = '' } = moment.container
  const message = pullMessage(reason, image)
  return {
    status: waitingFor(moment, 'ErrImagePull', message),
    events: [
      warning('Failed', `Failed to pull image "${image}": ${message}`),
      warning('Failed', 'Error: ErrImagePull'),
    ],
  }
}

/** As containerd words it, with the full reference (pull of core/remotes/docker/resolver.go). */
function pullMessage(reason: string, image: string): string {
  const full = fullImage(image)
  const [code, cause] = pullErrors[reason]?.(image, full) ?? ['Unknown', reason]
  const failed = `failed to pull and unpack image "${full}": failed to resolve reference "${full}": ${cause}`
  return `rpc error: code = ${code} desc = ${failed}`
}

const pullErrors: Readonly<Record<string, (image: string, full: string) => [code: string, cause: string]>> = {
  'not found': (_, full) => ['NotFound', `${full}: not found`],
  denied: () => [
    'Unknown',
    'pull access denied, repository does not exist or may require authorization: ' +
      'server message: insufficient_scope: authorization failed',
  ],
  timeout: (image) => {
    const { domain, path, tag = 'latest' } = parseImageReference(image)
    const url = `https://${domain}/v2/${path}/manifests/${tag}`
    return ['Unknown', `failed to do request: Head "${url}": dial tcp: i/o timeout`]
  },
}

/** A failing pull with back-off; succeeds after `failures` attempts. */
function failingPull(reason: string, failures = Infinity): Stage[] {
  const attempt = (moment: Moment) => (moment.tries >= failures ? start.next(moment) : failPull(moment, reason))
  return [
    create,
    initialised,
    replace,
    { name: 'pull', when: 'ContainerCreating', after: part(0.7), next: attempt },
    {
      name: 'back off',
      when: 'ErrImagePull',
      after: part(2),
      next: (moment) => {
        const message = `Back-off pulling image "${moment.container.image}"`
        return {
          status: waitingFor(moment, 'ImagePullBackOff', message),
          events: [normal('BackOff', message), warning('Failed', 'Error: ImagePullBackOff')],
        }
      },
    },
    {
      name: 'pull again',
      when: 'ImagePullBackOff',
      after: backingOff,
      next: (moment) => {
        const change = attempt(moment)
        return { ...change, events: [pulling(moment), ...change.events] }
      },
    },
    becomeReady,
  ]
}

const refuseName: Stage[] = (['new', 'PodInitializing', 'changed'] as const).map((when) => ({
  name: 'refuse name',
  when,
  after: part(0.1),
  next: (moment) => {
    const image = moment.container.image ?? ''
    const cause = `couldn't parse image reference "${image}": invalid reference format`
    const message = `Failed to apply default image tag "${image}": ${cause}`
    return {
      status: waitingFor(moment, 'InvalidImageName', message),
      events: [warning('InspectFailed', message), warning('Failed', 'Error: InvalidImageName')],
    }
  },
}))

const refuseConfig: Stage = {
  name: 'refuse config',
  when: 'ContainerCreating',
  after: part(0.7),
  next: (moment) => {
    const message = `configmap "${moment.container.name}-config" not found`
    return {
      status: waitingFor(moment, 'CreateContainerConfigError', message),
      events: [pulled(moment), warning('Failed', `Error: ${message}`)],
    }
  },
}

/** A rejected name may be corrected in place; other lives restart from their own row. */
const beginning = [create, initialised, replace]

/** The stages of every life. The first stage that matches the situation applies. */
export const lives: Readonly<Record<Life, readonly Stage[]>> = {
  normal: [...beginning, start, becomeReady],
  slow: [...beginning, startSlowly, becomeReady],
  'pull-not-found': failingPull('not found'),
  'pull-denied': failingPull('denied'),
  'pull-timeout': failingPull('timeout', 2),
  'invalid-name': refuseName,
  crash: ending({ exitCode: 1, reason: 'Error' }, false),
  exit1: ending({ exitCode: 1, reason: 'Error' }, true),
  oom: ending({ exitCode: 137, reason: 'OOMKilled' }, false),
  exit0: ending({ exitCode: 0, reason: 'Completed' }, true),
  'never-ready': [...beginning, startUnready, failProbe],
  'config-error': [...beginning, refuseConfig],
  unschedulable: [],
}

/** Init containers succeed unless their life says otherwise. */
const initLives: Partial<Record<Life, readonly Stage[]>> = {
  normal: [
    ...beginning,
    { ...startUnready, after: part(0.3) },
    exit('unready', 0.2, { exitCode: 0, reason: 'Completed' }),
  ],
  slow: [...beginning, startSlowly, exit('ready', 0.2, { exitCode: 0, reason: 'Completed' })],
}

export function stageFor(life: Life, situation: Situation, isInit: boolean): Stage | undefined {
  const stages = (isInit ? initLives[life] : undefined) ?? lives[life]
  return stages.find(({ when }) => when === situation)
}
