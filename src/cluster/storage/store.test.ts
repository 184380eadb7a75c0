import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openLog, type EventLog, type LogRow } from './log.ts'
import type { KubeObject } from '../resource.ts'
import { Store, type Change } from './store.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'drover-store-'))
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

function named(name: string, data = ''): (resourceVersion: string) => KubeObject {
  return (resourceVersion) => ({ kind: 'ConfigMap', apiVersion: 'v1', metadata: { name, resourceVersion }, data })
}

describe('store', () => {
  test('shows a write to readers once durable, to writers at once', async () => {
    const store = new Store(await openLog())
    const written = store.put('configmaps', 'a/x', named('x'))
    expect(store.get('configmaps', 'a/x')).toBeUndefined()
    expect(store.newest('configmaps', 'a/x')?.revision).toBe(1)
    await written
    expect(store.get('configmaps', 'a/x')?.object.metadata.resourceVersion).toBe('1')
  })

  test('commits all pending writes in one transaction', async () => {
    const appended: number[] = []
    const log = watched(await openLog(), (rows) => appended.push(rows.length))
    const store = new Store(log)
    await Promise.all(Array.from({ length: 32 }, (_, index) => store.put('configmaps', `a/${index}`, named('x'))))
    expect(appended).toEqual([32])
  })

  test('reads evicted texts from disk, and keeps everything without a disk', async () => {
    const long = 'x'.repeat(1024 * 1024)
    for (const log of [await openLog(directory), await openLog()]) {
      const store = new Store(log)
      for (let count = 0; count < 20; count++) await store.put('configmaps', `a/${count}`, named(`m${count}`, long))
      const names = store.list('configmaps').map(({ json }) => (JSON.parse(json) as KubeObject).metadata.name)
      expect(new Set(names).size).toBe(20)
      store.close()
    }
  })

  test('lists keys in byte order', async () => {
    const store = new Store(await openLog())
    for (const key of ['b/a', 'a/b', 'a-b/c', 'a/B']) await store.put('configmaps', key, named('x'))
    expect(store.list('configmaps').map(({ key }) => key)).toEqual(['a-b/c', 'a/B', 'a/b', 'b/a'])
    expect(store.list('configmaps', 'a/').map(({ key }) => key)).toEqual(['a/B', 'a/b'])
  })

  test('rejects writes after a failed commit and shows nothing of it', async () => {
    const log = watched(await openLog(), () => {
      throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })
    })
    const store = new Store(log)
    const seen: Change[] = []
    store.observe((changes) => seen.push(...changes))
    const writes = [store.put('configmaps', 'a/x', named('x')), store.put('configmaps', 'a/y', named('y'))]
    const results = await Promise.allSettled(writes)
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect([store.list('configmaps'), seen]).toEqual([[], []])
    expect(store.newest('configmaps', 'a/x')).toBeUndefined()
    await expect(store.put('configmaps', 'a/z', named('z'))).rejects.toThrow('nothing more is accepted')
  })

  test('keeps every object and the revisions across a restart', async () => {
    const first = new Store(await openLog(directory))
    await first.put('configmaps', 'a/x', named('x'))
    await first.put('configmaps', 'a/y', named('y'))
    await first.delete('configmaps', 'a/y', named('y'))
    first.close()
    const second = new Store(await openLog(directory))
    expect(second.list('configmaps').map(({ object }) => object.metadata.name)).toEqual(['x'])
    expect((await second.put('configmaps', 'a/z', named('z'))).revision).toBe(4)
    second.close()
  })

  test('compacts a long history, on disk too', async () => {
    const store = new Store(await openLog(directory), { historyLength: 10 })
    for (let index = 0; index < 25; index++) await store.put('configmaps', 'a/x', named('x', String(index)))
    expect(store.compacted).toBeGreaterThan(0)
    const { compacted, revision } = store
    store.close()
    const log = await openLog(directory)
    expect(log.compacted).toBe(compacted)
    expect([...log.rows()].length).toBeLessThan(15)
    const again = new Store(log)
    expect(again.revision).toBe(revision)
    expect(again.since(compacted).length).toBe(revision - compacted)
    again.close()
  })

  test('compacts an old history', async () => {
    let now = 0
    const store = new Store(await openLog(directory), { historyAge: 1000, now: () => now })
    for (let index = 0; index < 30; index++) {
      await store.put('configmaps', 'a/x', named('x', String(index)))
      now += 100
    }
    expect(store.compacted).toBeGreaterThan(15)
    expect(store.compacted).toBeLessThanOrEqual(20)
    expect(store.since(store.compacted).length).toBe(30 - store.compacted)
    store.close()
  })

  test('the data folder does not grow without bound', async () => {
    const store = new Store(await openLog(directory), { historyLength: 200 })
    const sizes: number[] = []
    for (let round = 0; round < 4; round++) {
      for (let index = 0; index < 50; index++) {
        const keys = Array.from({ length: 10 }, (_, key) => `a/${key}`)
        await Promise.all(keys.map((key) => store.put('configmaps', key, named('x', 'x'.repeat(2000)))))
      }
      sizes.push(statSync(join(directory, 'cluster.db')).size + statSync(join(directory, 'cluster.db-wal')).size)
    }
    store.close()
    expect(sizes.at(-1)).toBeLessThan((sizes[0] as number) * 2)
    // 10 objects with at most 200 versions
    expect(statSync(join(directory, 'cluster.db')).size).toBeLessThan(1024 * 1024)
  })

  test('lists any revision that is not compacted, before and after a restart', async () => {
    const step = fc.record({ key: fc.constantFrom('a/x', 'a/y', 'b/x'), remove: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const own = mkdtempSync(join(directory, 'p-'))
        const store = new Store(await openLog(own), { historyLength: 12 })
        const states = new Map<number, string[]>([[0, []]])
        for (const { key, remove } of steps) {
          if (remove && !store.get('configmaps', key)) continue
          if (remove) await store.delete('configmaps', key, named(key))
          else await store.put('configmaps', key, named(key))
          states.set(store.revision, versions(store.list('configmaps')))
        }
        expectStates(store, states)
        store.close()
        const again = new Store(await openLog(own), { historyLength: 12 })
        expectStates(again, states)
        again.close()
      }),
      { numRuns: 30 },
    )
  })
})

function versions(entries: readonly { key: string; revision: number }[]): string[] {
  return entries.map(({ key, revision }) => `${key}@${revision}`)
}

function expectStates(store: Store, states: ReadonlyMap<number, string[]>): void {
  for (const [revision, state] of states) {
    if (revision >= store.compacted) expect(versions(store.listAt(revision, 'configmaps'))).toEqual(state)
  }
}

describe('data folder', () => {
  test('belongs to one process at a time', async () => {
    const log = await openLog(directory)
    await expect(openLog(directory)).rejects.toMatchObject({
      code: 'LOCKED',
      message: expect.stringContaining(`process ${process.pid}`) as string,
    })
    log.close()
    ;(await openLog(directory)).close()
  })

  test.each([
    ['another file', Buffer.from('not a database, but long enough to be one: '.repeat(20))],
    ['a short file', Buffer.from('x')],
  ])('refuses %s and leaves it unchanged', async (_name, content) => {
    const path = join(directory, 'cluster.db')
    writeFileSync(path, content)
    await expect(openLog(directory)).rejects.toMatchObject({ code: 'CORRUPT' })
    expect(readFileSync(path)).toEqual(content)
  })

  test('refuses damaged pages and leaves them unchanged', async () => {
    const store = new Store(await openLog(directory))
    const writes = Array.from({ length: 200 }, (_, index) =>
      store.put('configmaps', `a/${index}`, named('x'.repeat(900))),
    )
    await Promise.all(writes)
    store.close()
    const path = join(directory, 'cluster.db')
    const content = readFileSync(path)
    content.fill(0x5a, 8192)
    writeFileSync(path, content)
    await expect(openLog(directory).then((log) => new Store(log))).rejects.toMatchObject({ code: 'CORRUPT' })
    expect(readFileSync(path)).toEqual(content)
  })

  test('refuses a newer format', async () => {
    ;(await openLog(directory)).close()
    const path = join(directory, 'cluster.db')
    const content = readFileSync(path)
    content.writeUInt32BE(2, 60)
    writeFileSync(path, content)
    await expect(openLog(directory)).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  })
})

/** Calls `look` before every append. */
function watched(log: EventLog, look: (rows: readonly LogRow[]) => void): EventLog {
  return {
    keeps: log.keeps,
    compacted: log.compacted,
    rows: () => log.rows(),
    value: (revision) => log.value(revision),
    append(rows) {
      look(rows)
      log.append(rows)
    },
    compact: (revision) => log.compact(revision),
    close: () => log.close(),
  }
}
