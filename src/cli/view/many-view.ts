import picocolors from 'picocolors'
import {
  isFailure,
  type ItemResult,
  type ManyEvent,
  type RolloutEvent,
  type WorkloadName,
} from '../../rollout/index.ts'
import type { Terminal } from '../terminal.ts'
import { nameOf, planLines, progressLine, verdictLines, type Colors } from './describe.ts'
import { compactMessage } from './reasons.ts'
import { LiveRegion } from './live-region.ts'

/** Shows the events of several changes. */
export type ManyView = (event: ManyEvent) => void

/** One of several workloads, with its cluster if there are several of those. */
export interface ManyName extends WorkloadName {
  cluster?: string
}

/**
 * At a terminal, a line per workload in progress, redrawn in place, and finished ones above; in a log, plain lines. Of a
 * crowd, only what went wrong is shown, and counts.
 */
export function manyView(terminal: Terminal, names: readonly ManyName[]): ManyView {
  const colors = picocolors.createColors(terminal.color)
  const results = new Results(names, colors)
  if (terminal.live) return liveView(terminal, names, results, colors)
  return isCrowd(names) ? crowdView(terminal, results) : plainView(terminal, names, results)
}

/** Up to this many workloads, every step and every result is shown. */
const maxVerbose = 20

function isCrowd({ length }: readonly ManyName[]): boolean {
  return length > maxVerbose
}

/** Failures of a crowd that are shown with their evidence, and other troubles that are shown at all. */
const maxInFull = 10

/** The results so far: what is shown of each, and their counts. */
class Results {
  readonly #names: readonly ManyName[]
  readonly #colors: Colors
  readonly #words: string[] = []
  #failures = 0

  constructor(names: readonly ManyName[], colors: Colors) {
    this.#names = names
    this.#colors = colors
  }

  get count(): number {
    return this.#words.length
  }

  get areComplete(): boolean {
    return this.count === this.#names.length
  }

  /** `[3/1000] 2 succeeded, 1 failed`. */
  get summary(): string {
    return `[${this.count}/${this.#names.length}] ${countsText(this.#words)}`.trim()
  }

  /** Adds a result; returns its lines. */
  add(result: ItemResult): string[] {
    this.#words.push(wordOf(result))
    const count = `${this.count}/${this.#names.length}`
    const lines = () => resultLines(result, nameAt(this.#names, result.index), count, this.#colors)
    if (!isCrowd(this.#names)) return lines()
    if (!isFailure(result)) return []
    return ++this.#failures <= maxInFull ? lines() : lines().slice(0, 1)
  }
}

function wordOf(result: ItemResult): string {
  return 'verdict' in result ? result.verdict.verdict : 'error' in result ? 'error' : 'not begun'
}

/** `2 succeeded, 1 failed`. */
function countsText(words: readonly string[]): string {
  const counts = [...new Set(words)].map((word) => `${words.filter((one) => one === word).length} ${word}`)
  return counts.join(', ')
}

/** `2 workloads: 1 succeeded, 1 failed`. */
export function conclusion(results: readonly ItemResult[]): string {
  const { length } = results
  return `${length} workload${length === 1 ? '' : 's'}: ${countsText(results.map(wordOf))}`
}

function plainView({ out }: Terminal, names: readonly ManyName[], results: Results): ManyView {
  const last = new Map<number, string>()
  return (told) => {
    if (told.step === 'result') {
      for (const line of results.add(told.result)) out(`${line}\n`)
      return
    }
    const { index, event } = told
    const line = stepLine(event)
    if (line === undefined || line === last.get(index)) return
    last.set(index, line)
    out(`${nameAt(names, index)}: ${line}\n`)
  }
}

/** Interval in ms between the counts that a log shows of a crowd. */
const countedMs = 10_000

function crowdView({ out, now }: Terminal, results: Results): ManyView {
  const underWay = new Set<number>()
  const troubles = new Set<string>()
  let countedAt = now()
  return (told) => {
    if (told.step === 'result') {
      underWay.delete(told.result.index)
      for (const line of results.add(told.result)) out(`${line}\n`)
    } else {
      underWay.add(told.index)
      // a list that fails is everyone's trouble
      if (told.event.step === 'trouble' && !troubles.has(told.event.message) && troubles.size < maxInFull) {
        troubles.add(told.event.message)
        out(`${told.event.message}\n`)
      }
    }
    if (results.areComplete || now() - countedAt < countedMs) return
    countedAt = now()
    out(`${results.summary}${results.count > 0 ? '; ' : ''}${underWay.size} under way\n`)
  }
}

/** Minimum interval in ms between drawings of a long region. */
const redrawMs = 50

function liveView(terminal: Terminal, names: readonly ManyName[], results: Results, colors: Colors): ManyView {
  const region = new LiveRegion(terminal)
  const underWay = new Map<number, string>()
  let drawnAt = 0
  const draw = () => {
    drawnAt = terminal.now()
    const left = names.length - results.count - underWay.size
    const counts = isCrowd(names) && results.count > 0 ? `${results.summary}; ` : `[${results.count}/${names.length}] `
    const head = `${counts}${underWay.size} under way${left > 0 ? `, ${left} to come` : ''}`
    // the region only counts lines that do not fit, so they need no text
    const shown = [...underWay].slice(0, terminal.rows)
    const width = Math.max(0, ...shown.map(([index]) => nameAt(names, index).length))
    const lines = shown.map(([index, line]) => `  ${nameAt(names, index).padEnd(width)}  ${line}`)
    const hidden = Array.from({ length: underWay.size - shown.length }, () => '')
    region.show(results.areComplete ? [] : [colors.bold(head), ...lines, ...hidden])
  }
  return (told) => {
    if (told.step === 'result') {
      underWay.delete(told.result.index)
      const lines = results.add(told.result)
      if (lines.length > 0) region.print(lines)
      if (lines.length > 0 || results.areComplete || terminal.now() - drawnAt >= redrawMs) draw()
      return
    }
    const line = stepLine(told.event)
    if (line === undefined) return
    underWay.set(told.index, line)
    if (terminal.now() - drawnAt >= redrawMs) draw()
  }
}

function nameAt(names: readonly ManyName[], index: number): string {
  const name = names[index]
  if (!name) throw new RangeError(`no workload ${index}`)
  return name.cluster === undefined ? nameOf(name) : `${nameOf(name)} on ${name.cluster}`
}

/** The current step of a workload in one line; undefined for events that its result reports. */
function stepLine(event: RolloutEvent): string | undefined {
  switch (event.step) {
    case 'planned':
      return event.plan.refused ? undefined : 'planned'
    case 'trouble':
      return event.message
    case 'applied':
      return 'applied'
    case 'undoing':
      return `${compactMessage(event.message)}; putting the images back`
    case 'progress':
      if (event.state === 'failed') return undefined
      if (event.state === 'unobserved') return 'waiting for the controller to see the change'
      return progressLine(event.progress, event.message, event.trouble).trim()
    case 'verdict':
      return undefined
    default:
      return event satisfies never
  }
}

function resultLines(result: ItemResult, name: string, count: string, colors: Colors): string[] {
  const head = `[${count}] ${name}: `
  if ('error' in result) return [`${head}${colors.red(`error: ${result.error.message}`)}`]
  if (!('verdict' in result)) return [`${head}${colors.dim('not begun')}`]
  const { verdict } = result
  const [first = '', ...rest] = verdictLines(verdict, colors)
  const [, ...changed] = planLines({ ...verdict, unchanged: [] }, colors)
  return [`${head}${first}`, ...(verdict.verdict === 'unchanged' ? [] : changed), ...rest]
}
