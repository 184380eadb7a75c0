import picocolors from 'picocolors'
import type { ItemResult, ManyEvent, RolloutEvent, WorkloadName } from '../../rollout/index.ts'
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

/** At a terminal, a line per workload in progress, redrawn in place, and finished ones above; in a log, plain lines. */
export function manyView(terminal: Terminal, names: readonly ManyName[]): ManyView {
  const colors = picocolors.createColors(terminal.color)
  return terminal.live ? liveView(terminal, names, colors) : plainView(terminal, names, colors)
}

/** Up to this many workloads, a log shows every step; beyond that, only troubles and results. */
const maxVerbose = 20

function plainView({ out }: Terminal, names: readonly ManyName[], colors: Colors): ManyView {
  const last = new Map<number, string>()
  let ended = 0
  return (told) => {
    if (told.step === 'result') {
      for (const line of resultLines(
        told.result,
        nameAt(names, told.result.index),
        `${++ended}/${names.length}`,
        colors,
      )) {
        out(`${line}\n`)
      }
      return
    }
    const { index, event } = told
    const telling =
      names.length <= maxVerbose || event.step === 'trouble' || (event.step === 'progress' && event.trouble)
    const line = telling ? stepLine(event) : undefined
    if (line === undefined || line === last.get(index)) return
    last.set(index, line)
    out(`${nameAt(names, index)}: ${line}\n`)
  }
}

/** Minimum interval in ms between drawings of a long region; results are drawn at once. */
const redrawMs = 50

function liveView(terminal: Terminal, names: readonly ManyName[], colors: Colors): ManyView {
  const region = new LiveRegion(terminal)
  const underWay = new Map<number, string>()
  let ended = 0
  let drawnAt = 0
  const draw = () => {
    drawnAt = terminal.now()
    const left = names.length - ended - underWay.size
    const head = `[${ended}/${names.length}] ${underWay.size} under way${left > 0 ? `, ${left} to come` : ''}`
    // the region only counts lines that do not fit, so they need no text
    const shown = [...underWay].slice(0, terminal.rows)
    const width = Math.max(0, ...shown.map(([index]) => nameAt(names, index).length))
    const lines = shown.map(([index, line]) => `  ${nameAt(names, index).padEnd(width)}  ${line}`)
    const hidden = Array.from({ length: underWay.size - shown.length }, () => '')
    region.show(ended === names.length ? [] : [colors.bold(head), ...lines, ...hidden])
  }
  return (told) => {
    if (told.step === 'result') {
      const { result } = told
      underWay.delete(result.index)
      region.print(resultLines(result, nameAt(names, result.index), `${++ended}/${names.length}`, colors))
      draw()
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
