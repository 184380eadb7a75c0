import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { V3Error } from '../answer/failure.ts'
import { schemas } from './schemas.ts'
import type { Schema } from './schema.ts'
import { validateBody } from './validate.ts'

const schema = schemas.project.byId('workload') as Schema
const update = (body: unknown) => ({ ...validateBody(schemas.project, schema, body, 'update') })

const unfit = (type: string) => `Value can not be converted to type ${type}`

function refusal(body: unknown, operation: 'create' | 'update' = 'update'): [string, string | undefined, string] {
  try {
    validateBody(schemas.project, schema, body, operation)
  } catch (error) {
    if (error instanceof V3Error) return [error.code, error.fieldName, error.message]
  }
  throw new Error('was not refused')
}

describe('values are converted as leniently as recorded', () => {
  const image = (value: unknown) => {
    const { containers } = update({ containers: [{ name: 'a', image: value }] })
    return (containers as { image: unknown }[])[0]?.image
  }
  test.each([
    [33, '33'],
    [true, 'true'],
    [['a'], 'a'],
    [{ a: 1 }, 'map[a:1]'],
    ['  nginx:1\n', 'nginx:1'],
  ])('an image %j becomes %s', (given, stored) => expect(image(given)).toBe(stored))

  test.each([
    [{ scale: '1' }, { scale: 1 }],
    [{ scale: 1.5 }, { scale: 1 }],
    [{ hostNetwork: 'yes' }, { hostNetwork: true }],
    [{ hostNetwork: 'perhaps' }, { hostNetwork: false }],
    [{ scale: ['2', 'x'] }, { scale: 2 }],
    [
      { deploymentConfig: { maxSurge: 1.5, maxUnavailable: '25%' } },
      { deploymentConfig: { maxSurge: 1, maxUnavailable: '25%' } },
    ],
    [{ containers: [] }, { containers: [] }],
    [{ containers: 'x' }, { containers: [] }],
    [{ containers: null }, { containers: null }],
    [{ workloadMetrics: [{ schema: '' }] }, { workloadMetrics: [{ schema: '' }] }],
    [{ state: 'active', nosuch: 1, uuid: 'x', deploymentStatus: {} }, {}],
  ])('%j', (given, taken) => expect(update(given)).toEqual(taken))
})

describe('refusals', () => {
  test.each<[unknown, [string, string | undefined, string]]>([
    [{ scale: 'abc' }, ['InvalidFormat', 'scale', 'strconv.ParseInt: parsing "abc": invalid syntax']],
    [{ deploymentConfig: { strategy: 'Nope' } }, ['InvalidFormat', 'deploymentConfig', 'strategy=InvalidOption 422: ']],
    [{ scale: '' }, ['InvalidFormat', 'scale', 'strconv.ParseInt: parsing "": invalid syntax']],
    [{ scale: [] }, ['InvalidFormat', 'scale', 'strconv.ParseInt: parsing "": invalid syntax']],
    [{ containers: ['x'] }, ['InvalidFormat', 'containers', `InvalidFormat 422: ${unfit('container')}: x`]],
    [
      { containers: [{ resources: [1, null] }] },
      [
        'InvalidFormat',
        'containers',
        `resources=InvalidFormat 422: InvalidFormat 422: ${unfit('resourceRequirements')}: [1 <nil>]`,
      ],
    ],
    [{ containers: [null] }, ['NotNullable', 'containers', 'Individual array values can not be null']],
  ])('%j', (body, error) => expect(refusal(body)).toEqual(error))

  test('creation asks for what is required', () => {
    expect(refusal({ name: '', namespaceId: 'a' }, 'create')).toEqual(['NotNullable', 'name', ''])
    expect(refusal({ namespaceId: 'a' }, 'create')).toEqual(['MissingRequired', 'name', ''])
    expect(refusal({ name: '1a', namespaceId: 'a' }, 'create')[2]).toContain('invalid value 1a: a DNS-1035 label')
    const mount = { name: 'v' }
    const body = { name: 'a', namespaceId: 'a', containers: [{ volumeMounts: [mount] }] }
    expect(refusal(body, 'create')).toEqual([
      'InvalidFormat',
      'containers',
      'volumeMounts=InvalidFormat 422: mountPath=MissingRequired 422: ',
    ])
  })
})

test('whatever is sent, only fields of the schema come through, and nothing but a V3Error is raised', () => {
  const values = fc.oneof(fc.jsonValue(), fc.constantFrom(Object.create(null), { __proto__: { a: 1 } }))
  const bodies = fc.dictionary(
    fc.oneof(fc.constantFrom(...Object.keys(schema.resourceFields), '__proto__', 'constructor'), fc.string()),
    values,
  )
  fc.assert(
    fc.property(bodies, fc.constantFrom('create' as const, 'update' as const), (body, operation) => {
      try {
        const result = validateBody(schemas.project, schema, body, operation)
        expect(Object.getPrototypeOf(result)).toBeNull()
        for (const name of Object.keys(result)) expect(Object.hasOwn(schema.resourceFields, name)).toBe(true)
      } catch (error) {
        expect(error).toBeInstanceOf(V3Error)
      }
    }),
  )
  expect(({} as Record<string, unknown>)['a']).toBeUndefined()
})
