import picocolors from 'picocolors'
import type { RolloutEvent, RolloutProgress } from '../../rollout/index.ts'
import type { Terminal } from '../terminal.ts'
import { planLines, podLines, undoingLines, progressLine, verdictLines, type Colors } from './describe.ts'
import { LiveRegion } from './live-region.ts'

/** Shows the events of one change. */
export type RolloutView = (event: RolloutEvent) => void

/** At a terminal, the pods, redrawn in place; in a log, a line per event; for programs, the verdict. */
export function rolloutView(terminal: Terminal, format: 'text' | 'json'): RolloutView {
  if (format === 'json') return jsonView(terminal)
  const colors = picocolors.createColors(terminal.color)
  return terminal.live ? liveView(terminal, colors) : plainView(terminal, colors)
}

function jsonView({ out }: Terminal): RolloutView {
  return (event) => {
    if (event.step === 'verdict') out(`${JSON.stringify(event.verdict)}\n`)
  }
}

function plainView({ out }: Terminal, colors: Colors): RolloutView {
  let last = ''
  return (event) => {
    for (const line of linesOf(event, colors)) out(`${line}\n`)
    if (event.step !== 'progress') return
    const line = eventLine(event)
    if (line === undefined || line === last) return
    out(`${line}\n`)
    last = line
  }
}

function liveView(terminal: Terminal, colors: Colors): RolloutView {
  const region = new LiveRegion(terminal)
  let last: RolloutProgress | undefined
  return (event) => {
    if (event.step === 'progress') {
      last = event.progress
      region.show([eventLine(event) ?? '', ...podLines(event.progress.pods, colors)])
      return
    }
    const settled = event.step === 'verdict' && last ? podLines(event.verdict.rollout?.pods ?? last.pods, colors) : []
    region.print([...settled, ...linesOf(event, colors)])
  }
}

/** Undefined if the rollout has ended: the verdict reports that. */
function eventLine({ state, progress, message, trouble }: RolloutEvent & { step: 'progress' }): string | undefined {
  if (state === 'failed') return undefined
  if (state === 'unobserved') return '  waiting for the controller to see the change'
  return progressLine(progress, message, trouble)
}

/** Permanent lines of an event. */
function linesOf(event: RolloutEvent, colors: Colors): string[] {
  switch (event.step) {
    case 'planned':
      return event.plan.refused ? [] : planLines(event.plan, colors)
    case 'trouble':
      return [colors.yellow(`  ${event.message}`)]
    case 'applied':
      return ['  applied']
    case 'undoing':
      return undoingLines(event, colors)
    case 'progress':
      return []
    case 'verdict':
      return verdictLines(event.verdict, colors)
    default:
      return event satisfies never
  }
}
