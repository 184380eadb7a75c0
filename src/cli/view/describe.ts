import type picocolors from 'picocolors'
import type { Trouble } from '../../model/judge/snapshot.ts'
import { counted, missing } from '../../model/judge/wording.ts'
import { aboutImages, compactMessage, reasonWords, troubleWords } from './reasons.ts'
import {
  keepsRevisions,
  type ImageChange,
  type Operation,
  type Plan,
  type PodView,
  type RolloutEvent,
  type RolloutProgress,
  type Verdict,
  type VerdictWord,
  type WorkloadName,
} from '../../rollout/index.ts'

export type Colors = ReturnType<typeof picocolors.createColors>

export function nameOf({ kind, namespace, name }: WorkloadName): string {
  return `${kind}/${name} in ${namespace}`
}

export function planLines({ workload, changes, unchanged, warnings, operation }: Plan, colors: Colors): string[] {
  return [
    `${colors.bold(nameOf(workload))}${operation ? `: ${operationWords(operation)}` : ''}`,
    ...changes.map((change) => changeLine(change, colors)),
    ...unchanged.map((container) => `  ${container}: has that image already`),
    ...warnings.map((warning) => colors.yellow(`  warning: ${warning}`)),
  ]
}

function operationWords(operation: Operation): string {
  switch (operation.do) {
    case 'restart':
    case 'pause':
    case 'resume':
      return operation.do
    case 'scale':
      return `${operation.from} → ${counted(operation.to, 'pod')}`
    case 'undo':
      return `back to ${operation.wholeTemplate ? 'the whole template' : 'the images'} of revision ${operation.revision}`
    default:
      return operation satisfies never
  }
}

/** Between a failure and the rollback. */
export function undoingLines({ message, changes }: RolloutEvent & { step: 'undoing' }, colors: Colors): string[] {
  return [
    `  ${colors.red(compactMessage(message))}`,
    '  putting the images back:',
    ...changes.map((change) => `  ${changeLine(change, colors)}`),
  ]
}

function changeLine({ container, role, from, to }: ImageChange, colors: Colors): string {
  const shared = sharedPrefix(from, to)
  const [before, after] = [from.slice(shared.length), to.slice(shared.length)]
  const who = role === 'container' ? container : `${container} (${role})`
  return `  ${who}: ${shared}${colors.red(before)} ${colors.dim('→')} ${shared}${colors.green(after)}`
}

/** Up to the last common `/`, `:` or `@`, so that whole words differ. */
function sharedPrefix(one: string, other: string): string {
  let length = 0
  while (length < one.length && one[length] === other[length]) length += 1
  const prefix = one.slice(0, length)
  return prefix.slice(0, Math.max(...['/', ':', '@'].map((mark) => prefix.lastIndexOf(mark))) + 1)
}

/** `new 1/3 ready, old 2 still serving`, and what is in the way. */
export function progressLine(progress: RolloutProgress, message: string, trouble?: Trouble): string {
  const { wanted, updated, ready, available, old, pods } = progress
  // nothing to count if no pods are created
  if (wanted === 0 && updated === 0 && old === 0) return `  ${message}`
  const serving = pods.filter((pod) => !pod.new && pod.ready).length
  const parts = [
    `new ${ready}/${wanted} ready`,
    ...(updated < wanted ? [`${updated} made`] : []),
    ...(ready >= wanted && available < wanted ? [`${available} for long enough`] : []),
    ...(old > 0 ? [serving > 0 ? `old ${serving} still serving` : `old ${old} not ready`] : []),
  ]
  const summary = parts.join(', ')
  if (trouble) return `  ${summary}: ${troubleWords(trouble)}`
  return message === missing(progress) || message.endsWith(' ready') ? `  ${summary}` : `  ${summary}: ${message}`
}

export function podLines(pods: readonly PodView[], colors: Colors): string[] {
  const width = Math.max(0, ...pods.map(({ name }) => name.length))
  return pods.map((pod) => {
    const state = pod.ready ? 'ready' : (pod.waitsFor ?? 'starting')
    const restarts = pod.restarts > 0 ? colors.yellow(` (${pod.restarts} restarts)`) : ''
    const paint = pod.new ? (pod.ready ? colors.green : colors.cyan) : colors.dim
    return `    ${paint(`${pod.name.padEnd(width)}  ${pod.new ? 'new' : 'old'}  ${state}`)}${restarts}`
  })
}

const headings: Record<VerdictWord, { word: string; paint: 'green' | 'red' | 'yellow' }> = {
  succeeded: { word: 'succeeded', paint: 'green' },
  unchanged: { word: 'unchanged', paint: 'green' },
  accepted: { word: 'accepted', paint: 'green' },
  refused: { word: 'refused', paint: 'yellow' },
  failed: { word: 'FAILED', paint: 'red' },
  'timed-out': { word: 'TIMED OUT', paint: 'red' },
}

export function verdictLines(verdict: Verdict, colors: Colors): string[] {
  const { word, paint } = headings[verdict.verdict]
  const seconds =
    verdict.seconds >= 0.1 ? ` ${verdict.verdict === 'succeeded' ? 'in' : 'after'} ${verdict.seconds.toFixed(1)} s` : ''
  return [
    `${colors[paint](colors.bold(word))}${colors.dim(seconds)}: ${headline(verdict)}`,
    ...evidenceLines(verdict, colors),
    ...wayBack(verdict, colors),
    ...(verdict.undo ? verdictLines(verdict.undo, colors).map((line) => `  undo ${line}`) : []),
  ]
}

/** A short reason. The cluster's own words follow with the evidence if they say more. */
function headline(verdict: Verdict): string {
  if (verdict.verdict !== 'failed') return compactMessage(verdict.message)
  const { container, changes, reason } = verdict
  const image = changes.find((change) => change.container === container)?.to
  const short = reasonWords[reason]
  if (short === undefined) return compactMessage(verdict.message)
  return image !== undefined && aboutImages.has(reason) ? `${short}: ${image}` : short
}

const logShown = 10
const eventsShown = 5

function evidenceLines(verdict: Verdict, colors: Colors): string[] {
  if (verdict.verdict !== 'failed' && verdict.verdict !== 'timed-out') return []
  const { pod, container, evidence, reason } = verdict
  const where = pod === undefined ? [] : [`  pod ${pod}${container === undefined ? '' : `, container ${container}`}`]
  const said = compactMessage(verdict.message)
  const why = verdict.verdict === 'failed' && reason in reasonWords && !saysOnlyThat(verdict) ? [`  ${said}`] : []
  const serving = verdict.rollout?.pods.filter((one) => !one.new && one.ready).length ?? 0
  return [
    ...where,
    ...why,
    ...(serving > 0 ? [`  old ${serving === 1 ? 'pod serves' : `pods (${serving}) serve`} on`] : []),
    ...tellingEvents(evidence.events, said).map((event) => colors.dim(`  event  ${event}`)),
    ...evidence.log.slice(-logShown).map((line) => colors.dim(`  log    ${line}`)),
    ...(evidence.unread ?? []).map((what) => colors.dim(`  not to be read: ${what}`)),
  ]
}

/** "IMAGE: not found" adds nothing to "image not found: IMAGE". */
function saysOnlyThat({ message, changes }: Verdict): boolean {
  const said = compactMessage(message)
  return changes.some(({ to }) => said === `${to}: not found`)
}

/** Drops Normal events if there are others, and what the verdict already says. */
function tellingEvents(events: readonly string[], said: string): string[] {
  const short = events
    .map(compactMessage)
    .filter((event) => !event.includes(said) && !/ErrImagePull|ImagePullBackOff|Back-off pulling/.test(event))
  const bad = short.filter(
    (event) => !/^(?:ScalingReplicaSet|Successful\w+|Scheduled|Pulling|Pulled|Created|Started)\b/.test(event),
  )
  return [...new Set(bad)].slice(-eventsShown)
}

/** The command that undoes a failed change: `undo` if the kind has revisions, since the replaced image may have failed, too. */
function wayBack(verdict: Verdict, colors: Colors): string[] {
  const broken = verdict.verdict === 'failed' || verdict.verdict === 'timed-out'
  if (!broken || verdict.undo || verdict.changes.length === 0) return []
  const { kind, namespace, name } = verdict.workload
  const images = verdict.changes.map(({ container, from }) => `${container}=${from}`).join(' ')
  const command = keepsRevisions(kind) ? `undo ${kind}/${name}` : `set image ${kind}/${name} ${images}`
  return [`To go back: ${colors.bold(`drover ${command} -n ${namespace}`)}`]
}
