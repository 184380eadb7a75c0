import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DecodeError, type KubeObject } from '../resource.ts'
import { shapeOf, type Shape } from '../schema/index.ts'
import { resourceTypes } from './index.ts'

/** JSON that often has the fields of a shape, and sometimes anything in them. */
function jsonLike(shape: Shape, depth: number): fc.Arbitrary<unknown> {
  const anything = fc.jsonValue({ maxDepth: 1 })
  if (depth === 0) return anything
  switch (shape.kind) {
    case 'object': {
      const fields = [...shape.fields.values()]
      const model = Object.fromEntries(fields.map((field) => [field.name, jsonLike(field.shape, depth - 1)]))
      return fc.oneof(
        { weight: 9, arbitrary: fc.record(model, { requiredKeys: [] }) },
        { weight: 1, arbitrary: anything },
      )
    }
    case 'list':
      return fc.array(shape.items ? jsonLike(shape.items, depth) : anything, { maxLength: 2 })
    case 'map':
      return fc.dictionary(fc.string({ maxLength: 5 }), shape.items ? jsonLike(shape.items, depth - 1) : anything, {
        maxKeys: 2,
      })
    case 'string':
      return fc.oneof(
        fc.string({ maxLength: 8 }),
        fc.constantFrom('a', 'Always', 'RollingUpdate', '', 'ClusterIP', 'None'),
      )
    case 'boolean':
      return fc.boolean()
    case 'quantity':
      return fc.constantFrom('1', '500m', '1Gi', 2, '1.5', 'x', '-1')
    case 'int-or-string':
      return fc.constantFrom(1, 0, '25%', 'http', '-5%')
    case 'time':
    case 'micro-time':
      return fc.constantFrom('2026-01-02T03:04:05Z', '2026-01-02T03:04:05.123456+02:00')
    case 'any':
    case 'bytes':
      return fc.constantFrom('YQ==', 'eA==')
    default:
      return fc.integer({ min: -3, max: 99999 })
  }
}

const asObject = (body: unknown): KubeObject => {
  const json = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {}
  const { metadata } = json as { metadata?: unknown }
  const usable = typeof metadata === 'object' && metadata !== null ? metadata : {}
  return structuredClone({ ...json, metadata: usable }) as KubeObject
}

describe.each(resourceTypes.map((type) => [`${type.group}/${type.version} ${type.kind}`, type] as const))(
  '%s',
  (_name, type) => {
    const apiVersion = type.group === '' ? type.version : `${type.group}/${type.version}`
    const shape = shapeOf(apiVersion, type.kind)

    test('has a schema', () => expect(shape).toBeDefined())

    test('defaults, validation and table never throw, whatever the JSON', () => {
      if (!shape) return
      fc.assert(
        fc.property(jsonLike(shape, 5), (body) => {
          const object = asObject(body)
          type.setDefaults?.(object)
          const old = structuredClone(object)
          type.prepareForCreate?.(object)
          type.prepareForUpdate?.(object, old)
          type.validate?.(object)
          type.validate?.(object, old)
          for (const column of type.columns) column.cell(object, 0)
          for (const select of Object.values(type.selectableFields ?? {})) expect(select(object)).toBeTypeOf('string')
        }),
        { numRuns: 60 },
      )
    })

    test('decoding and defaults are idempotent', () => {
      if (!shape) return
      fc.assert(
        fc.property(jsonLike(shape, 6), (body) => {
          let object: KubeObject
          try {
            object = type.decode?.(body) as KubeObject
          } catch (error) {
            expect(error).toBeInstanceOf(DecodeError)
            return
          }
          type.setDefaults?.(object)
          const once = structuredClone(object)
          type.setDefaults?.(object)
          expect(object).toEqual(once)
          expect(type.decode?.(once)).toEqual(once)
        }),
        { numRuns: 60 },
      )
    })
  },
)

test.each([
  { own: undefined, shown: { 'controller-uid': 'u', 'job-name': 'once' } },
  { own: { team: 'a' }, shown: { team: 'a' } },
])('a Job whose own labels are $own shows $shown', ({ own, shown }) => {
  const type = resourceTypes.find(({ kind }) => kind === 'Job')
  const object: KubeObject = {
    metadata: { name: 'once', uid: 'u', ...(own && { labels: own }) },
    spec: { template: { spec: { containers: [{ name: 'a', image: 'a' }] } } },
  }
  type?.setDefaults?.(object)
  type?.prepareForCreate?.(object)
  expect(object.metadata.labels).toEqual(shown)
})
