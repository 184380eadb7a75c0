import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCluster } from '../../src/cluster/index.ts'
import { httpRequest } from '../../src/model/http.ts'

let directory: string
let writer: string

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'drover-crash-'))
  writer = join(process.cwd(), 'node_modules', '.cache', 'drover', 'crash-writer.mjs')
  buildSync({
    entryPoints: [join(import.meta.dirname, 'writer.ts')],
    outfile: writer,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  })
})

afterAll(() => rmSync(directory, { recursive: true, force: true }))

test('acknowledged writes survive kill -9, and versions continue', async () => {
  let highest = 0
  for (let round = 0; round < 3; round++) {
    const answered = await writeUntilKilled(200 + round * 150)
    expect(answered.size).toBeGreaterThan(0)
    const stored = await storedVersions()
    for (const [name, version] of answered) expect(stored.get(name)).toBe(version)
    const versions = [...answered.values()].map(Number)
    expect(Math.min(...versions)).toBeGreaterThan(highest)
    highest = Math.max(highest, ...versions)
  }
})

/** Kills the writer at work and returns what it acknowledged, by name. */
async function writeUntilKilled(count: number): Promise<Map<string, string>> {
  const child = spawn(process.execPath, [writer, directory], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
    if (output.split('\n').length > count) child.kill('SIGKILL')
  })
  await new Promise((resolve) => child.on('close', resolve))
  const lines = output.split('\n').slice(0, -1)
  return new Map(lines.map((line) => line.split(' ') as [string, string]))
}

async function storedVersions(): Promise<Map<string, string>> {
  await using cluster = await openCluster({ directory, controllers: false })
  const response = await cluster.fetch(httpRequest('http://cluster.invalid/api/v1/namespaces/default/configmaps'))
  const { items } = (await response.json()) as { items: { metadata: { name: string; resourceVersion: string } }[] }
  return new Map(items.map(({ metadata }) => [metadata.name, metadata.resourceVersion]))
}
