import { isImageReference } from '../../model/image-reference.ts'
import type { Container, Pod } from '../controllers/objects.ts'

/** How a container behaves; `stages.ts` has a row per life. */
export type Life =
  | 'normal'
  | 'slow'
  | 'pull-not-found'
  | 'pull-denied'
  | 'pull-timeout'
  | 'invalid-name'
  | 'crash'
  | 'exit1'
  | 'oom'
  | 'exit0'
  | 'never-ready'
  | 'config-error'
  | 'unschedulable'

/** Pod annotation that selects the life of all its containers. */
export const lifeAnnotation = 'drover.dev/pod-life'

/** How long a slow container takes to start: milliseconds, or with a unit `ms`, `s` or `m`. */
export const delayAnnotation = 'drover.dev/pod-delay'

/** Words in the last part of an image's name or in its tag that select a life. The first match wins. */
const rows: readonly [words: readonly string[], life: Life][] = [
  [['pull-denied', 'denied'], 'pull-denied'],
  [['pull-timeout', 'flaky'], 'pull-timeout'],
  [['pull-not-found'], 'pull-not-found'],
  [['crash', 'crashloop', 'crash-loop', 'broken'], 'crash'],
  [['exit1'], 'exit1'],
  [['exit0'], 'exit0'],
  [['oom', 'oomkilled'], 'oom'],
  [['never-ready', 'unready'], 'never-ready'],
  [['config-error'], 'config-error'],
  [['unschedulable'], 'unschedulable'],
  [['slow'], 'slow'],
]

const words = rows.map(([any, life]) => [any.map(dashed), life] as const)

const known: ReadonlySet<string> = new Set<Life>([...words.map(([, life]) => life), 'normal', 'invalid-name'])

/** Images that run a task and exit, if the pod's restart policy allows. */
const tasks = new Set(['busybox', 'alpine', 'perl', 'debian', 'ubuntu', 'curl', 'hello-world', 'bash'])

/** The life of a container: by the pod's annotation, else by its image. */
export function lifeOf(pod: Pod, { image = '' }: Container): Life {
  const chosen = pod.metadata.annotations?.[lifeAnnotation]
  if (chosen !== undefined && known.has(chosen)) return chosen as Life
  if (!isImageReference(image)) return 'invalid-name'
  const { name, tag } = lastParts(image)
  if (name.includes('missing') || tag.includes('missing')) return 'pull-not-found'
  const said = dashed(name) + dashed(tag)
  const found = words.find(([any]) => any.some((word) => said.includes(word)))
  if (found) return found[1]
  const mayEnd = (pod.spec.restartPolicy ?? 'Always') !== 'Always'
  return mayEnd && tasks.has(name) ? 'exit0' : 'normal'
}

/** Whether the pod should fit no node. */
export function isUnschedulable(pod: Pod): boolean {
  return pod.spec.containers.some((container) => lifeOf(pod, container) === 'unschedulable')
}

/** The delay of a slow pod in ms, if set. */
export function delayOf({ metadata }: Pod): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(metadata.annotations?.[delayAnnotation] ?? '')
  if (!match) return undefined
  const unit = { ms: 1, s: 1000, m: 60_000 }[match[2] ?? 'ms'] ?? 1
  return Number(match[1]) * unit
}

function lastParts(image: string): { name: string; tag: string } {
  const [named = ''] = image.split('@')
  const last = named.slice(named.lastIndexOf('/') + 1)
  const [name = '', tag = ''] = last.split(':')
  return { name, tag }
}

/** Matches whole words only: "zoom" is not "oom". */
function dashed(text: string): string {
  return `-${text.replace(/[._]+/g, '-')}-`
}
