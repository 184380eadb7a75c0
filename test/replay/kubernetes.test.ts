import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { replay } from './replay.ts'
import { Report } from './report.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

async function differing(only: RegExp): Promise<string[]> {
  const report = new Report(() => {})
  const directory = `${root}/test/recordings/kubernetes-1.21`
  for await (const { played, rules } of replay(directory, { root, only })) report.add(played, rules)
  return report.differing
}

const timeLimitMs = 150_000

it('answers as recorded from Kubernetes', { timeout: timeLimitMs }, async () => {
  expect(await differing(/^(?!9\d\d-)/)).toEqual([])
})

it('moves workloads as recorded from Kubernetes', { timeout: timeLimitMs }, async () => {
  expect(await differing(/^9\d\d-/)).toEqual([])
})
