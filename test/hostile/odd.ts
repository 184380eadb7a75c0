import fc from 'fast-check'

/**
 * Number of runs of a property, with a fixed seed so that failures are reproducible. With `FUZZ=20 npx vitest run
 * --project system test/hostile`, twenty times as many with a random seed.
 */
export function runs(count: number): { numRuns: number; seed?: number } {
  const times = Number(process.env['FUZZ'] || 0)
  return times > 0 ? { numRuns: count * times } : { numRuns: count, seed: 2400 }
}

/** Unexpected values: every JSON type, and strings that trip parsers and prototypes. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    1.5,
    2 ** 53,
    -(2 ** 63),
    1e300,
    '',
    ' ',
    '0',
    '-1',
    '1e999',
    'NaN',
  ),
  fc.constantFrom<unknown>([], {}, [null], [[]], [{}], { a: null }, { '': '' }, ['a', 1], { name: 1 }, [
    { name: null },
  ]),
  fc.constantFrom<unknown>(
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '..',
    '/',
    'a/b/c',
    ':',
    '%',
    '\0',
  ),
  fc.constantFrom<unknown>(
    'x'.repeat(5000),
    '\u2028',
    '😀',
    '\ud800',
    '<script>',
    '{{x}}',
    '$(x)',
    '2020-13-45',
    '10Gi',
    '5x',
  ),
  fc.constantFrom<unknown>(JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.jsonValue({ maxDepth: 2 }),
)

/** A mutation of a document at a place chosen by number, so that it applies to any document. */
export interface Spoiling {
  at: number
  how: 'replace' | 'remove' | 'add' | 'repeat'
  name: string
  value: unknown
}

export function spoilings(names: readonly string[]): fc.Arbitrary<Spoiling[]> {
  const name = fc.oneof(
    fc.constantFrom(...names),
    fc.constantFrom('__proto__', 'constructor', 'toString', ''),
    fc.string({ maxLength: 5 }),
  )
  const how = fc.constantFrom<Spoiling['how']>('replace', 'replace', 'replace', 'remove', 'add', 'add', 'repeat')
  return fc.array(fc.record({ at: fc.nat(), how, name, value: oddValue }), { minLength: 1, maxLength: 3 })
}

type Container = Record<string, unknown> | unknown[]

/** A mutated copy of the document. */
export function spoil(document: unknown, changes: readonly Spoiling[]): unknown {
  const copy = structuredClone(document)
  for (const change of changes) spoilOne(copy, change)
  return copy
}

function spoilOne(document: unknown, { at, how, name, value }: Spoiling): void {
  const places = placesOf(document)
  const place = places[at % Math.max(places.length, 1)]
  if (!place) return
  const { container, key } = place
  if (how === 'remove') Reflect.deleteProperty(container, key)
  else if (how === 'replace') set(container, key, structuredClone(value))
  else if (how === 'add') set(container, Array.isArray(container) ? container.length : name, structuredClone(value))
  else if (Array.isArray(container)) container.push(structuredClone(container[Number(key)]))
}

/** Defines an own property: assigning `__proto__` would not. */
function set(container: Container, key: string | number, value: unknown): void {
  Object.defineProperty(container, key, { value, enumerable: true, configurable: true, writable: true })
}

function placesOf(value: unknown): { container: Container; key: string }[] {
  if (typeof value !== 'object' || value === null) return []
  const container = value as Container
  return Object.entries(container).flatMap(([key, member]) => [{ container, key }, ...placesOf(member)])
}

/** Whether a document modified Object.prototype. */
export function isPolluted(): boolean {
  return (({} as Record<string, unknown>)['polluted'] ?? undefined) !== undefined
}

/** Path segments that are not valid names. */
export const oddSegments = [
  '',
  '.',
  '..',
  '%',
  '%2F',
  '%00',
  '__proto__',
  'constructor',
  ':',
  'x'.repeat(300),
  '%F0%9F',
] as const
