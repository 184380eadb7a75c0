import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { expect, test } from 'vitest'

/** What each room may import. `model` imports nothing; never sideways, never up. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  model: [],
  kube: ['model'],
  cluster: ['model'],
  rollout: ['kube', 'model'],
  registry: ['model'],
  rancher: ['kube', 'model'],
  cli: ['kube', 'cluster', 'rollout', 'registry', 'rancher', 'model'],
}

/** Rooms imported only through their index. */
const doors = ['kube', 'cluster', 'rollout', 'registry', 'rancher']

const root = join(import.meta.dirname, '..')
const source = join(root, 'src')

interface SourceFile {
  path: string
  room: string
  text: string
  lines: number
  imports: string[]
}

const files: SourceFile[] = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
  .map((path) => {
    const text = readFileSync(join(source, path), 'utf8')
    const imports = [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, target]) =>
      relative(source, join(source, dirname(path), target ?? '')),
    )
    return {
      path,
      room: path.includes(sep) ? (path.split(sep)[0] ?? '') : '',
      text,
      lines: text.split('\n').length,
      imports,
    }
  })

const forTests = /\.(test|fixture)\.ts$/
const product = files.filter(({ path }) => !forTests.test(path))

test('only tests import test code', () => {
  const wrong = product.filter(({ imports }) => imports.some((target) => forTests.test(target)))
  expect(wrong.map(({ path }) => path)).toEqual([])
})

test('rooms import only along the arrows', () => {
  const wrong = product.flatMap(({ path, room, imports }) =>
    imports
      .filter((target) => {
        const other = target.split(sep)[0] ?? ''
        return room !== '' && other !== room && !arrows[room]?.includes(other)
      })
      .map((target) => `${path} imports ${target}`),
  )
  expect(wrong).toEqual([])
})

test('rooms are imported through their index', () => {
  const wrong = product.flatMap(({ path, room, imports }) =>
    imports
      .filter((target) => {
        const [other = '', ...rest] = target.split(sep)
        return other !== room && doors.includes(other) && rest.join('/') !== 'index.ts'
      })
      .map((target) => `${path} imports ${target}`),
  )
  expect(wrong).toEqual([])
})

/** Where a server may pay for them, once: Node's parser of multipart forms is a method of Response. */
const mayUseResponse = [join('rancher', 'request', 'body.ts')]

test.each(['Request', 'Response', 'Headers', 'fetch'])(
  'nothing touches the global %s, which costs 37 ms at start',
  (name) => {
    const use = new RegExp(`(?<![.\\w'"\`])new ${name}\\(|globalThis\\.${name}\\b`)
    const users = product.filter(({ text }) => use.test(withoutComments(text))).map(({ path }) => path)
    expect(users).toEqual(name === 'Response' ? mayUseResponse : [])
  },
)

/** Texts of addresses are judged anywhere: no socket is opened by that. */
const addressesOnly = /import \{(?: (?:BlockList|isIP|isIPv4|isIPv6),?)+ \} from 'node:net'/g

test('only cli touches process, sockets and arguments; kube opens connections', () => {
  const wrong = product
    .filter(({ room }) => room !== 'cli' && room !== '')
    // generated programs: text for others to run
    .filter(({ path }) => !path.startsWith(join('model', 'requests')))
    .filter(({ room, text }) => {
      const code = withoutComments(text)
      return (
        /\bprocess\.(env|argv|exit|exitCode|std\w+|on)\b|\bconsole\./.test(code) ||
        (room !== 'kube' && /'node:(https?|net|tls)'/.test(code.replaceAll(addressesOnly, '')))
      )
    })
    .map(({ path }) => path)
  expect(wrong).toEqual([])
})

test('no file has a catch-all name', () => {
  const wrong = files.filter(({ path }) => /(^|[\\/.-])(utils?|common|helpers?|misc|shared)([\\/.-]|$)/.test(path))
  expect(wrong.map(({ path }) => path)).toEqual([])
})

test('files stay short; a table may be longer', () => {
  const long = product.filter(({ lines, text }) => lines > 450 && !isTable(text))
  expect(long.map(({ path, lines }) => `${path}: ${lines}`)).toEqual([])
})

/** Almost all of its lines are data rows. */
function isTable(text: string): boolean {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const code = lines.filter((line) =>
    /^\s*(export )?(async )?function|=>|^\s*(if|for|while|return|switch|throw)\b/.test(line),
  )
  return code.length / lines.length < 0.1
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/[^\n]*/g, '')
}
