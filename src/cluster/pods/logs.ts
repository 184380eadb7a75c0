import { parseTime, timestamp } from '../controllers/clock.ts'
import type { Container, ContainerStatus, Pod } from '../controllers/objects.ts'
import { lifeOf, type Life } from './lives.ts'

export type PodLog = { text: string } | { problem: string }

/** Last log lines by life; healthy lives have none. */
const lastWords: Partial<Record<Life, readonly string[]>> = {
  crash: ['error: required setting DATABASE_URL is not set', 'fatal: exiting with status 1'],
  exit1: ['error: unhandled exception in main', 'fatal: exiting with status 1'],
  oom: ['warn: heap usage above 95 % of the limit'],
  exit0: ['done, all work finished'],
  'never-ready': ['warn: health check answers 503: dependency not reachable'],
}

/**
 * Response to `GET pods/x/log`: plausible lines, deterministic per run, or Kubernetes' error. Supports container,
 * previous, tailLines, sinceSeconds, sinceTime, limitBytes and timestamps.
 */
export function readPodLog(pod: Pod, query: URLSearchParams, now: number): PodLog {
  const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]
  const { name } = pod.metadata
  const asked = query.get('container')
  if (!asked && pod.spec.containers.length > 1) {
    const names = pod.spec.containers.map((container) => container.name).join(' ')
    return { problem: `a container name must be specified for pod ${name}, choose one of: [${names}]` }
  }
  const container = asked ? all.find((one) => one.name === asked) : all[0]
  if (!container) return { problem: `container ${asked} is not valid for pod ${name}` }
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])]
  const status = statuses.find((one) => one.name === container.name)
  const previous = isTrue(query.get('previous'))
  const run = status && runOf(status, previous)
  if (run) return { text: cut(linesOf(pod, container, run), query, now) }
  const subject = `container "${container.name}" in pod "${name}"`
  if (previous) return { problem: `previous terminated ${subject} not found` }
  const reason = status?.state.waiting?.reason ?? 'ContainerCreating'
  return { problem: `${subject} is waiting to start: ${pullWords[reason] ?? reason}` }
}

/** Where the kubelet's wording differs. */
const pullWords: Readonly<Record<string, string>> = {
  ErrImagePull: "image can't be pulled",
  ImagePullBackOff: 'trying and failing to pull image',
}

function isTrue(value: string | null): boolean {
  return value !== null && value !== 'false' && value !== '0'
}

function cut(lines: readonly Line[], query: URLSearchParams, now: number): string {
  const sinceSeconds = query.get('sinceSeconds')
  const since = sinceSeconds === null ? parseTime(query.get('sinceTime')) : now - Number(sinceSeconds) * 1000
  const recent = lines.filter(({ time }) => time >= since)
  const tail = query.get('tailLines')
  const shown = tail === null ? recent : recent.slice(Math.max(recent.length - Number(tail), 0))
  const stamped = isTrue(query.get('timestamps'))
  const text = shown.map((line) => `${stamped ? `${timestamp(line.time)} ` : ''}${line.text}\n`).join('')
  const limit = query.get('limitBytes')
  return limit === null ? text : text.slice(0, Number(limit))
}

interface Line {
  time: number
  text: string
}

interface Run {
  startedAt: number
  finishedAt?: number
}

/** The requested run: the current one or, in back-off, the one that just ended. */
function runOf({ state, lastState }: ContainerStatus, previous: boolean): Run | undefined {
  const ended = previous || state.waiting ? lastState.terminated : state.terminated
  if (ended) return { startedAt: parseTime(ended.startedAt), finishedAt: parseTime(ended.finishedAt) }
  return state.running && !previous ? { startedAt: parseTime(state.running.startedAt) } : undefined
}

function linesOf(pod: Pod, container: Container, { startedAt, finishedAt }: Run): Line[] {
  const words = lastWords[lifeOf(pod, container)] ?? []
  const at = (time: number) => (text: string) => ({ time, text })
  return [
    ...[`starting ${container.image}`, `container ${container.name} of pod ${pod.metadata.name}`].map(at(startedAt)),
    ...(words.length === 0 ? ['listening, ready for requests'] : words).map(at(finishedAt ?? startedAt)),
  ]
}
