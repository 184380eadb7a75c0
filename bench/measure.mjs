// Runs commands side by side, interleaved, and compares medians: the machine's mood then touches all alike.
import { spawnSync } from 'node:child_process'

/** What slows or changes every Node start on some machines, and is no property of Drover. */
const { NODE_EXTRA_CA_CERTS: _ca, NODE_OPTIONS: _options, ...env } = process.env

export const cleanEnvironment = env

export function median(values) {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)]
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
      // Two rounds to warm the disk's cache, not counted.
      if (round >= 0) times[name].push(took)
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]))
}
