import type { Context, Controller } from '../controllers/controller.ts'
import { sameStable } from '../controllers/hash.ts'
import { isDeleting, keyOf, splitKey, type Container, type ContainerStatus, type Pod } from '../controllers/objects.ts'
import { isFinished } from '../controllers/pod-state.ts'
import { parseTime } from '../controllers/clock.ts'
import { PodAddresses } from './addresses.ts'
import { situationOf, terminatedState, waitingStatus } from './container-status.ts'
import { isInitialised, livingContainers } from './init-containers.ts'
import { lifeOf } from './lives.ts'
import { podStatus } from './pod-status.ts'
import { restarts, stageFor, type Change, type Moment, type Stage } from './stages.ts'

export interface KubeletOptions {
  /** Milliseconds from binding to ready; all other delays scale with it. Default 1500. */
  podReadyAfter?: number
}

/** In-memory state of a container: when its stage began and how often a pull has failed. */
interface Memory {
  stage: string
  since: number
  tries: number
}

/** In-memory state of a pod on its node. Everything persistent is in the pod itself. */
interface Stay {
  uid: string
  containers: Map<string, Memory>
  killedAt?: number
}

/** A container whose stage has completed, and the result. */
interface Due {
  container: Container
  change: Change
  tries: number
}

const fieldManager = 'kubelet'

/** Simulates bound pods: the stages of their containers, and their termination. */
export function kubelet(context: Context, options: KubeletOptions = {}): Controller {
  const node = new Kubelet(context, options.podReadyAfter ?? 1500)
  return {
    name: 'kubelet',
    watches: {
      Pod: ({ type, object }) => {
        if (type === 'DELETED') node.forget(object)
        else node.note(object)
        return object.spec.nodeName && type !== 'DELETED' ? [keyOf(object)] : []
      },
    },
    reconcile: (key) => node.look(key),
  }
}

class Kubelet {
  readonly #context: Context
  readonly #readyAfter: number
  readonly #addresses = new PodAddresses()
  readonly #stays = new Map<string, Stay>()

  constructor(context: Context, readyAfter: number) {
    this.#context = context
    this.#readyAfter = readyAfter
  }

  note(pod: Pod): void {
    this.#addresses.note(pod)
  }

  forget(pod: Pod): void {
    this.#addresses.free(pod)
    const key = keyOf(pod)
    if (this.#stays.get(key)?.uid === pod.metadata.uid) this.#stays.delete(key)
  }

  async look(key: string): Promise<number | void> {
    const { namespace, name } = splitKey(key)
    const pod = this.#context.view.find('Pod', namespace, name)
    if (!pod?.spec.nodeName) return
    const stay = this.#stayOf(key, pod)
    if (isDeleting(pod)) return this.#end(pod, stay)
    if (isFinished(pod)) return
    const deadline = deadlineOf(pod)
    if (deadline !== undefined && deadline <= this.#context.clock.now()) return this.#exceed(pod)
    const wait = await this.#live(pod, stay)
    const untilDeadline = deadline === undefined ? Infinity : deadline - this.#context.clock.now()
    const next = Math.min(wait ?? Infinity, untilDeadline)
    return next === Infinity ? undefined : next
  }

  #stayOf(key: string, pod: Pod): Stay {
    const known = this.#stays.get(key)
    if (known?.uid === pod.metadata.uid) return known
    const stay = { uid: pod.metadata.uid, containers: new Map() }
    this.#stays.set(key, stay)
    return stay
  }

  /** Takes every due stage; returns the delay in ms until the next one. */
  async #live(pod: Pod, stay: Stay): Promise<number | undefined> {
    const now = this.#context.clock.now()
    const due: Due[] = []
    let wait = Infinity
    for (const { container, status, isInit } of livingContainers(pod)) {
      const stage = stageFor(lifeOf(pod, container), situationOf(status, container.image), isInit)
      if (!stage) continue
      const moment = this.#moment(pod, container, status, stay, stage, now)
      const left = moment.since + stage.after(moment) - now
      if (left <= 0) due.push({ container, change: stage.next(moment), tries: moment.tries })
      else wait = Math.min(wait, left)
    }
    if (due.length === 0) return wait === Infinity ? undefined : wait
    const written = await this.#write(pod, due, now)
    this.#pass(pod, due, stay, now)
    return written ? undefined : 0
  }

  #moment(
    pod: Pod,
    container: Container,
    known: ContainerStatus | undefined,
    { containers }: Stay,
    stage: Stage,
    now: number,
  ): Moment & { since: number } {
    const memory = containers.get(container.name)
    const since = memory?.stage === stage.name ? memory.since : now
    const tries = memory?.tries ?? 0
    containers.set(container.name, { stage: stage.name, since, tries })
    const status = known ?? waitingStatus(container, 'ContainerCreating')
    return { pod, container, status, now, tries, readyAfter: this.#readyAfter, since }
  }

  /** Completes due stages: emits events, starts the next stages, counts failed pulls. */
  #pass(pod: Pod, due: readonly Due[], { containers }: Stay, now: number): void {
    const source = { component: 'kubelet', host: pod.spec.nodeName as string }
    for (const { container, change, tries } of due) {
      const failed = change.status?.state.waiting?.reason === 'ErrImagePull'
      const settled = change.status?.state.running !== undefined
      containers.set(container.name, { stage: '', since: now, tries: settled ? 0 : tries + (failed ? 1 : 0) })
      for (const text of change.events) this.#context.events.record(pod, source, text, fieldPath(pod, container))
    }
  }

  /** Whether there was anything to write. */
  async #write(pod: Pod, due: readonly Due[], now: number): Promise<boolean> {
    const changed = new Map(due.map(({ container, change }) => [container.name, change.status]))
    const statuses = (containers: Container[] = [], known: ContainerStatus[] = [], waiting: string) =>
      containers.map(
        (container) =>
          changed.get(container.name) ??
          known.find(({ name }) => name === container.name) ??
          waitingStatus(container, waiting),
      )
    const inits = statuses(pod.spec.initContainers, pod.status?.initContainerStatuses, 'PodInitializing')
    const initialised = (pod.spec.initContainers ?? []).every((one, index) => isInitialised(one, inits[index]))
    const waiting = initialised ? 'ContainerCreating' : 'PodInitializing'
    const containers = statuses(pod.spec.containers, pod.status?.containerStatuses, waiting)
    const over = containers.every(({ state }) => state.terminated && !restarts(pod, state.terminated.exitCode))
    const beside = over ? inits.map((one) => stopped(one, now)) : inits
    const status = podStatus(pod, containers, beside, this.#place(pod, [...containers, ...inits]), now)
    if (sameStable(status, pod.status)) return false
    await this.#context.view.updateStatus('Pod', { ...pod, status }, { fieldManager })
    return true
  }

  #place(pod: Pod, statuses: readonly ContainerStatus[]): { hostIP?: string; podIP?: string } {
    const node = this.#context.view.find('Node', undefined, pod.spec.nodeName as string)
    const hostIP = node?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address
    const needed = !pod.status?.podIP && statuses.some(({ containerID }) => containerID !== undefined)
    const own = needed && !pod.spec.hostNetwork ? this.#addresses.take(pod, node) : undefined
    const podIP = pod.spec.hostNetwork ? hostIP : own
    return { ...(hostIP && { hostIP }), ...(podIP && { podIP }) }
  }

  /** Stops the containers and removes the pod after a short grace, at most the pod's own. */
  async #end(pod: Pod, stay: Stay): Promise<number | void> {
    if (pod.metadata.deletionGracePeriodSeconds === 0) return
    const { view, events, clock } = this.#context
    const running = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].filter(
      ({ state }) => state.running,
    )
    if (stay.killedAt === undefined) {
      stay.killedAt = clock.now()
      const source = { component: 'kubelet', host: pod.spec.nodeName as string }
      for (const { name } of running) {
        const text = { type: 'Normal' as const, reason: 'Killing', message: `Stopping container ${name}` }
        events.record(pod, source, text, `spec.containers{${name}}`)
      }
    }
    const grace = Math.min((pod.metadata.deletionGracePeriodSeconds ?? 30) * 1000, (this.#readyAfter * 2) / 3)
    const left = stay.killedAt + (running.length > 0 ? grace : 0) - clock.now()
    if (left > 0) return left
    await view.delete('Pod', pod, { gracePeriodSeconds: 0, fieldManager })
  }

  async #exceed(pod: Pod): Promise<void> {
    const message = 'Pod was active on the node longer than the specified deadline'
    const status = { ...pod.status, phase: 'Failed' as const, reason: 'DeadlineExceeded', message }
    await this.#context.view.updateStatus('Pod', { ...pod, status }, { fieldManager })
  }
}

/** A sidecar is stopped once the containers it serves have finished. */
function stopped(status: ContainerStatus, now: number): ContainerStatus {
  if (status.state.terminated) return status
  const state = terminatedState(status, { exitCode: 0, reason: 'Completed' }, now)
  return { ...status, ready: false, started: false, state }
}

function fieldPath({ spec }: Pod, container: Container): string {
  return `spec.${spec.initContainers?.includes(container) ? 'initContainers' : 'containers'}{${container.name}}`
}

function deadlineOf({ spec, status }: Pod): number | undefined {
  const { activeDeadlineSeconds } = spec
  if (activeDeadlineSeconds === undefined || !status?.startTime) return undefined
  return parseTime(status.startTime) + activeDeadlineSeconds * 1000
}
