import { expect, test } from 'vitest'
import { cut, LiveRegion } from './live-region.ts'

function screen(columns: number, rows: number) {
  const written: string[] = []
  const shown = { columns, rows, out: (text: string) => void written.push(text) }
  return { region: new LiveRegion(shown), shown, written }
}

test('redraws its lines in place', () => {
  const { region, written } = screen(80, 24)
  region.show(['one', 'two'])
  region.show(['three'])
  region.print(['done'])
  expect(written).toEqual(['one\x1b[K\ntwo\x1b[K\n\x1b[J', '\x1b[2A\rthree\x1b[K\n\x1b[J', '\x1b[1A\r\x1b[Jdone\n'])
})

test("truncates lines to the terminal's width and resets their colours", () => {
  expect(cut('0123456789', 10)).toBe('0123456789')
  expect(cut('0123456789', 9)).toBe('01234567…')
  expect(cut('\x1b[32m0123456789\x1b[39m', 5)).toBe('\x1b[32m0123\x1b[39m…\x1b[0m')
  expect(cut('工作负载', 5)).toBe('工作…')
})

test('counts the rows of lines that a narrower terminal has wrapped', () => {
  const { region, shown, written } = screen(80, 24)
  region.show(['x'.repeat(60), 'y'])
  shown.columns = 40
  region.show([])
  expect(written.at(-1)).toBe('\x1b[3A\r\x1b[J')
})

test('never draws more rows than the terminal has', () => {
  const { region, written } = screen(80, 5)
  region.show(['1', '2', '3', '4', '5', '6'])
  expect(written.at(-1)?.replaceAll('\x1b[K', '').split('\n').slice(0, -1)).toEqual(['1', '2', '3', '    … and 3 more'])
})
