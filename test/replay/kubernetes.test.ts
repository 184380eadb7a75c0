import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { replay } from './replay.ts'
import { Report } from './report.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

async function differing(only: (file: string) => boolean): Promise<string[]> {
  const report = new Report(() => {})
  const directory = `${root}/test/recordings/kubernetes-1.21`
  for await (const { played, rules } of replay(directory, { root, only: { test: only } })) report.add(played, rules)
  return report.differing
}

/** Timelines that are known to differ; the list may only become shorter. */
const unlike: ReadonlySet<string> = new Set(
  readFileSync(new URL('known-differences-kubernetes.txt', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => /^\d/.test(line)),
)

const timeLimitMs = 150_000

describe.concurrent('the embedded cluster', () => {
  it('answers as recorded from Kubernetes', { timeout: timeLimitMs }, async () => {
    expect(await differing((file) => !isTimeline(file) && !unlike.has(file))).toEqual([])
  })

  it('moves workloads as recorded from Kubernetes', { timeout: timeLimitMs }, async () => {
    // A busy machine may hold one up: it has a second chance, with fewer beside it.
    const first = await differing((file) => isTimeline(file) && !unlike.has(file))
    const again = first.length === 0 ? [] : await differing((file) => first.includes(file))
    expect(again).toEqual([])
  })
})

function isTimeline(file: string): boolean {
  return /^9\d\d-/.test(file)
}
