// Shared by the benchmark's parts. Subjects run interleaved and medians are compared, so that noise affects all alike.
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'

/** Slow down or change every start of Node on some machines, independently of Drover. */
const { NODE_EXTRA_CA_CERTS: _ca, NODE_OPTIONS: _options, ...env } = process.env

export const cleanEnvironment = env

export function median(values) {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)]
}

/** Mean time of `act` in ms, over `count` sequential calls. */
export async function timed(count, act) {
  const start = performance.now()
  for (let index = 0; index < count; index += 1) await act(index)
  return (performance.now() - start) / count
}

/**
 * @param {Record<string, { command: string[], env?: Record<string, string>, before?: (round: number) => void }>} subjects
 * @returns {Record<string, number>} median wall time of each in ms
 */
export function compareCommands(subjects, rounds = 15) {
  const times = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]))
  for (let round = -2; round < rounds; round += 1) {
    for (const [name, { command, env: more = {}, before }] of Object.entries(subjects)) {
      const [program, ...args] = command.map((part) => (typeof part === 'function' ? part(round) : part))
      before?.(round)
      const start = performance.now()
      const { status, stderr } = spawnSync(program, args, { env: { ...env, ...more }, encoding: 'utf8' })
      const took = performance.now() - start
      if (status !== 0) throw new Error(`${name} exited with ${status}: ${stderr}`)
      // the first two rounds only warm the disk cache
      if (round >= 0) times[name].push(took)
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]))
}

/**
 * @typedef {{ what: string, value: string, beside: string, goal: string, met: boolean | undefined }} Row
 * One line of the report. `beside` is the value it is compared with, from the same run or from a recording.
 */

const digits = { x: 2, ms: 2, 's CPU': 1, s: 2, MB: 0, '/s': 0 }

export function text(value, unit) {
  return `${value.toFixed(digits[unit])}${unit === 'x' || unit === '/s' ? unit : ` ${unit}`}`
}

/** @returns {Row} */
export function atMost(what, value, unit, goal, beside = '') {
  return {
    what,
    value: text(value, unit),
    beside,
    goal: `<= ${goal}${unit === 'x' ? 'x' : ` ${unit}`}`,
    met: value <= goal,
  }
}

/** @returns {Row} */
export function atLeast(what, value, unit, goal, beside = '') {
  return { what, value: text(value, unit), beside, goal: `>= ${goal}${unit}`, met: value >= goal }
}

/** Without a goal. @returns {Row} */
export function told(what, value, unit, beside = '') {
  return { what, value: text(value, unit), beside, goal: '', met: undefined }
}

export function tableOf(rows) {
  const verdict = ({ met }) => (met === undefined ? '' : met ? 'met' : '**missed**')
  const lines = rows.map((row) => `| ${row.what} | ${row.value} | ${row.beside} | ${row.goal} | ${verdict(row)} |`)
  return ['| what | measured | beside | goal | |', '| --- | --- | --- | --- | --- |', ...lines].join('\n')
}

/** Prints a part's rows: as JSON for `main.mjs` (`--json`), otherwise as a table. */
export function report(rows) {
  console.log(process.argv.includes('--json') ? JSON.stringify(rows) : tableOf(rows))
}

/** Puts rows, with the date and the machine, into a section of docs/benchmarks.md. */
export function writeSection(title, rows) {
  const root = join(import.meta.dirname, '..')
  const file = join(root, 'docs/benchmarks.md')
  const [head, ...sections] = readFileSync(file, 'utf8').split(/^(?=## )/m)
  const date = new Date().toISOString().slice(0, 10)
  const processor = `${cpus().length} x ${cpus()[0]?.model.trim()}`
  const machine = `${processor}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`
  const section = `## ${title}\n\n${date}, ${machine}.\n\n${tableOf(rows)}\n\n`
  const index = sections.findIndex((text) => text.startsWith(`## ${title}\n`))
  sections.splice(index < 0 ? sections.length : index, 1, section)
  writeFileSync(file, [head, ...sections].map((text) => `${text.trimEnd()}\n\n`).join(''))
  execFileSync(process.execPath, [join(root, 'node_modules/prettier/bin/prettier.cjs'), '--write', file])
}
