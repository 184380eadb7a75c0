import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { replay } from './replay.ts'
import { Report } from './report.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Files that are known to differ; the list may only become shorter. */
async function knownDifferences(): Promise<Set<string>> {
  const text = await readFile(new URL('known-differences-kubernetes.txt', import.meta.url), 'utf8')
  return new Set(text.split('\n').filter((line) => line !== '' && !line.startsWith('#')))
}

async function differing(only: RegExp): Promise<string[]> {
  const report = new Report(() => {})
  const directory = `${root}/test/recordings/kubernetes-1.21`
  for await (const { played, rules } of replay(directory, { root, only })) report.add(played, rules)
  const known = await knownDifferences()
  return report.differing.filter((file) => !known.has(file))
}

const timeLimitMs = 400_000

describe('the embedded cluster', () => {
  it('answers as recorded from Kubernetes', { timeout: timeLimitMs }, async () => {
    expect(await differing(/^(?!9\d\d-)/)).toEqual([])
  })

  it('moves workloads as recorded from Kubernetes', { timeout: timeLimitMs }, async () => {
    expect(await differing(/^9\d\d-/)).toEqual([])
  })
})
