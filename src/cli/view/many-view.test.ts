import { describe, expect, it } from 'vitest'
import { DroverError } from '../../model/errors.ts'
import type { ManyEvent, RolloutEvent, RolloutProgress, Verdict } from '../../rollout/index.ts'
import { testingTerminal } from '../testing-terminal.ts'
import { manyView } from './many-view.ts'

const names = ['web', 'api'].map((name) => ({ kind: 'deployment', namespace: 'shop', name }) as const)

const progress = (ready: number): RolloutProgress => ({
  wanted: 3,
  updated: 3,
  ready,
  available: ready,
  old: 0,
  pods: [],
})

const going = (index: number, ready: number): ManyEvent => ({
  step: 'event',
  index,
  event: { step: 'progress', state: 'progressing', progress: progress(ready), message: `${ready} of 3 new pods ready` },
})

function ended(which: number, index = which): ManyEvent {
  const workload = names[which]
  if (!workload) throw new RangeError('no such workload')
  const verdict: Verdict = {
    version: 1,
    kind: 'Verdict',
    workload,
    door: 'kubernetes',
    message: '3 new pods ready',
    changes: [{ container: 'app', role: 'container', from: 'shop/app:1', to: 'shop/app:2' }],
    warnings: [],
    startedAt: '2026-11-23T00:00:00Z',
    seconds: 3,
    dryRun: false,
    verdict: 'succeeded',
    digests: [],
  }
  return { step: 'result', result: { index, workload, verdict } }
}

const course = [going(0, 0), going(1, 1), going(0, 0), going(0, 2), ended(0), ended(1)]

describe('view of several changes', () => {
  it('prints each line once in a log', () => {
    const terminal = testingTerminal()
    const show = manyView(terminal, names)
    for (const event of course) show(event)
    expect(terminal.written.out.split('\n')).toEqual([
      'deployment/web in shop: new 0/3 ready',
      'deployment/api in shop: new 1/3 ready',
      'deployment/web in shop: new 2/3 ready',
      '[1/2] deployment/web in shop: succeeded in 3.0 s: 3 new pods ready',
      '  app: shop/app:1 → shop/app:2',
      '[2/2] deployment/api in shop: succeeded in 3.0 s: 3 new pods ready',
      '  app: shop/app:1 → shop/app:2',
      '',
    ])
  })

  it('draws a line per workload in place, with finished ones above', () => {
    let now = 0
    const terminal = testingTerminal({ live: true, now: () => (now += 100) })
    const show = manyView(terminal, names)
    const screen: string[] = []
    for (const event of course) {
      show(event)
      screen.splice(0, screen.length, ...drawn(terminal.written.out))
      if (event === course[3]) {
        expect(screen).toEqual([
          '[0/2] 2 under way',
          '  deployment/web in shop  new 2/3 ready',
          '  deployment/api in shop  new 1/3 ready',
        ])
      }
    }
    expect(screen.map((line) => line.slice(0, 5))).toEqual(['[1/2]', '  app', '[2/2]', '  app'])
  })

  it("counts what exceeds the terminal's height", () => {
    const many = Array.from(
      { length: 100 },
      (_, index) => ({ kind: 'deployment', namespace: 'shop', name: `w${index}` }) as const,
    )
    let now = 0
    const terminal = testingTerminal({ live: true, rows: 6, now: () => (now += 100) })
    const show = manyView(terminal, many)
    for (const index of many.keys()) show(going(index, 0))
    const screen = drawn(terminal.written.out)
    expect(screen[0]).toBe('[0/100] 100 under way')
    expect(screen).toHaveLength(5)
    expect(screen.at(-1)?.trim()).toBe('… and 97 more')
  })

  it('are counted in a log of a crowd, where only failures are told', () => {
    let now = 0
    const crowd = Array.from(
      { length: 100 },
      (_, index) => ({ kind: 'deployment', namespace: 'shop', name: `w${index}` }) as const,
    )
    const terminal = testingTerminal({ now: () => (now += 500) })
    const show = manyView(terminal, crowd)
    const error = new DroverError('NOT_FOUND', 'there is no such deployment')
    const cut: RolloutEvent = { step: 'trouble', message: 'the list was cut' }
    for (const [index, workload] of crowd.entries()) {
      show(going(index, 0))
      show({ step: 'event', index, event: cut })
      show(index % 50 === 7 ? { step: 'result', result: { index, workload, error } } : ended(0, index))
    }
    const lines = terminal.written.out.trim().split('\n')
    expect(lines[0]).toBe('the list was cut')
    expect(lines.filter((line) => line.includes('error: there is no such deployment'))).toEqual([
      '[8/100] deployment/w7 in shop: error: there is no such deployment',
      '[58/100] deployment/w57 in shop: error: there is no such deployment',
    ])
    expect(lines).toContainEqual(expect.stringMatching(/^\[\d+\/100\] \d+ succeeded, 1 error; \d+ under way$/))
    expect(lines.length).toBeLessThan(25)
    expect(terminal.written.out).not.toContain('succeeded in')
  })
})

/** What a terminal displays after such output: lines, cursor up, erase to the end of the line and of the screen. */
function drawn(text: string): string[] {
  const lines: string[] = []
  let row = 0
  // oxlint-disable-next-line no-control-regex -- ANSI escape sequences
  for (const part of text.split(/(\x1b\[\d*[AKJ]|\n|\r)/)) {
    // oxlint-disable-next-line no-control-regex -- ANSI escape sequences
    const up = /^\x1b\[(\d+)A$/.exec(part)
    if (up) row -= Number(up[1])
    else if (part === '\x1b[J') lines.length = row
    else if (part === '\n') row += 1
    else if (part !== '' && part !== '\r' && part !== '\x1b[K') lines[row] = part
  }
  return lines
}
