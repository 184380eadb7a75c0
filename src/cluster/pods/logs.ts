import { parseTime, timestamp } from '../controllers/clock.ts'
import type { Container, ContainerStatus, Pod } from '../controllers/objects.ts'
import { lifeOf, type Life } from './lives.ts'

export interface LogOptions {
  /** Default the first container. */
  container?: string
  /** The run before this one. */
  previous?: boolean
  /** Only so many of the last lines. */
  tailLines?: number
  timestamps?: boolean
}

/** The last words of a container by its life; lives that run well have none. */
const lastWords: Partial<Record<Life, readonly string[]>> = {
  crash: ['error: required setting DATABASE_URL is not set', 'fatal: exiting with status 1'],
  exit1: ['error: unhandled exception in main', 'fatal: exiting with status 1'],
  oom: ['warn: heap usage above 95 % of the limit'],
  exit0: ['done, all work finished'],
  'never-ready': ['warn: health check answers 503: dependency not reachable'],
}

/**
 * Plausible log lines of a container, the same for the same run. Undefined where there is nothing to read, because the
 * container has not started (Kubernetes answers 400 then).
 */
export function podLogs(pod: Pod, { container, previous = false, tailLines, timestamps }: LogOptions = {}) {
  const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]
  const chosen = container === undefined ? all[0] : all.find(({ name }) => name === container)
  if (!chosen) return undefined
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])]
  const status = statuses.find(({ name }) => name === chosen.name)
  const run = status && runOf(status, previous)
  if (!run) return undefined
  const lines = linesOf(pod, chosen, run)
  const shown = tailLines === undefined ? lines : lines.slice(Math.max(lines.length - tailLines, 0))
  return shown.map(({ time, text }) => `${timestamps ? `${timestamp(time)} ` : ''}${text}\n`).join('')
}

interface Run {
  startedAt: number
  finishedAt?: number
}

/** The run whose log is asked for: today's, or in back-off the one that just ended. */
function runOf({ state, lastState }: ContainerStatus, previous: boolean): Run | undefined {
  const ended = previous || state.waiting ? lastState.terminated : state.terminated
  if (ended) return { startedAt: parseTime(ended.startedAt), finishedAt: parseTime(ended.finishedAt) }
  return state.running && !previous ? { startedAt: parseTime(state.running.startedAt) } : undefined
}

function linesOf(pod: Pod, container: Container, { startedAt, finishedAt }: Run): { time: number; text: string }[] {
  const words = lastWords[lifeOf(pod, container)] ?? []
  const at = (time: number) => (text: string) => ({ time, text })
  return [
    ...[`starting ${container.image}`, `container ${container.name} of pod ${pod.metadata.name}`].map(at(startedAt)),
    ...(words.length === 0 ? ['listening, ready for requests'] : words).map(at(finishedAt ?? startedAt)),
  ]
}
