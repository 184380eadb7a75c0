import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { codeCacheFolder, isOursAlone } from './code-cache-folder.ts'
import { packedRequire } from './packs.ts'

const source = `({
"./first.cjs"(module, exports, require) { globalThis.packsTest.push('first'); exports.second = require('./second.cjs'); exports.path = require('node:path') },
"./second.cjs"(module, exports, require, folder) { globalThis.packsTest.push('second'); exports.folder = folder; exports.back = require('./first.cjs') },
})`

const global = globalThis as unknown as { packsTest: string[] }

function place() {
  const folder = mkdtempSync(join(tmpdir(), 'drover-packs-'))
  writeFileSync(join(folder, 'one.js'), source)
  const cache = join(folder, 'cache')
  const kept = join(cache, 'drover/code')
  const start = ({ hash = 'abc', command = 'set' }: { hash?: string; command?: string } = {}) => {
    global.packsTest = []
    const listeners: ((code: number) => void)[] = []
    const load = packedRequire({
      folder,
      packs: { 'one.js': hash },
      pieces: { './first.cjs': 'one.js', './second.cjs': 'one.js' },
      require: createRequire(import.meta.url),
      command,
      env: { XDG_CACHE_HOME: cache },
      onExit: (listener) => void listeners.push(listener),
    })
    const first = load('./first.cjs') as { second: { folder: string; back: unknown }; path: unknown }
    return { load, first, leave: (code: number) => listeners.forEach((listener) => listener(code)), listeners }
  }
  const files = () => readdirSync(kept)
  return { folder, kept, start, files }
}

test('loads each chunk once, cycles included, and leaves other modules to Node', () => {
  const { start, folder } = place()
  const { load, first } = start()
  expect(global.packsTest).toEqual(['first', 'second'])
  expect(first.second.folder).toBe(folder)
  expect(first.second.back).toBe(first)
  expect(load('./first.cjs')).toBe(first)
  expect(first.path).toBe(createRequire(import.meta.url)('node:path'))
})

test('stores the code cache after a successful command and uses it for the same code and command', () => {
  const { start, kept, files } = place()
  start().leave(1)
  expect(() => files()).toThrow('ENOENT')
  start().leave(0)
  expect(files()).toEqual([`abc-${process.version}-set`])
  expect(statSync(kept).mode & 0o777).toBe(0o700)
  expect(start().listeners).toEqual([])
  for (const other of [{ hash: 'def' }, { command: 'get' }]) expect(start(other).listeners).toHaveLength(1)
})

test('recompiles and replaces a damaged cache', () => {
  const { start, kept, files } = place()
  start().leave(0)
  const [name = ''] = files()
  const whole = readFileSync(join(kept, name))
  const flipped = Buffer.from(whole)
  flipped[200] = (flipped[200] ?? 0) ^ 0x55
  for (const damaged of [whole.subarray(0, 100), flipped, Buffer.alloc(0)]) {
    writeFileSync(join(kept, name), damaged)
    const again = start()
    expect(again.first.second.back).toBe(again.first)
    again.leave(0)
    expect(readFileSync(join(kept, name)).length).toBe(whole.length)
  }
})

test('neither reads nor writes a folder that others can write to', () => {
  const { start, kept, files } = place()
  mkdirSync(kept, { recursive: true })
  chmodSync(kept, 0o777)
  expect(isOursAlone(kept)).toBe(false)
  start().leave(0)
  expect(files()).toEqual([])
})

test.each([
  [{ HOME: '/h' }, 'linux', '/h/.cache/drover/code'],
  [{ HOME: '/h', XDG_CACHE_HOME: '/x' }, 'linux', '/x/drover/code'],
  [{ HOME: '/h' }, 'darwin', '/h/Library/Caches/drover/code'],
  [{}, 'linux', undefined],
  [{ HOME: '/h', NODE_DISABLE_COMPILE_CACHE: '1' }, 'linux', undefined],
] as const)('with %j on %s the folder is %s', (env, platform, folder) => {
  expect(codeCacheFolder(env, platform)).toBe(folder)
})
