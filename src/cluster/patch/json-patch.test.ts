import fc from 'fast-check'
import * as fastJsonPatch from 'fast-json-patch'
import { describe, expect, it } from 'vitest'
import { StatusError } from '../../model/status.ts'
import { applyJsonPatch } from './json-patch.ts'
import type { JsonObject } from './json-value.ts'

const configMap = (): JsonObject => ({
  metadata: { name: 'cm', labels: { 'a/b': '1' } },
  data: { a: '1', list: ['x', 'y'] },
})

function patch(...operations: unknown[]): JsonObject {
  return applyJsonPatch(configMap(), JSON.stringify(operations))
}

function refusal(act: () => unknown): { code: number; message: string } {
  try {
    act()
  } catch (error) {
    if (error instanceof StatusError) return { code: error.code, message: error.message }
    throw error
  }
  throw new Error('nothing was refused')
}

describe('applyJsonPatch', () => {
  it('leaves the document alone when there are no operations', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (document) => {
        expect(applyJsonPatch(document, '[]')).toEqual(document)
      }),
    )
  })

  it('reaches any target by the operations that lead there', () => {
    const name = fc.string().filter((key) => key !== '__proto__')
    const object = fc.dictionary(
      name,
      fc.jsonValue().filter((value) => !JSON.stringify(value).includes('__proto__')),
    )
    fc.assert(
      fc.property(object, object, (from, to) => {
        const [old, next] = JSON.parse(JSON.stringify([from, to])) as [JsonObject, JsonObject]
        const operations = fastJsonPatch.compare(old, next)
        expect(applyJsonPatch(old, JSON.stringify(operations))).toEqual(next)
      }),
    )
  })

  it.each([
    ['replaces an absent member', { op: 'replace', path: '/data/new', value: '2' }, { new: '2' }],
    ['stores null for a missing value', { op: 'add', path: '/data/new' }, { new: null }],
    ['moves', { op: 'move', from: '/data/a', path: '/data/b' }, { a: undefined, b: '1' }],
    ['copies', { op: 'copy', from: '/data/a', path: '/data/b' }, { b: '1' }],
    ['lets an absent member pass for null', { op: 'test', path: '/data/none', value: null }, {}],
    ['appends at -', { op: 'add', path: '/data/list/-', value: 'z' }, { list: ['x', 'y', 'z'] }],
    ['appends at -1', { op: 'add', path: '/data/list/-1', value: 'z' }, { list: ['x', 'y', 'z'] }],
    ['inserts', { op: 'add', path: '/data/list/0', value: 'z' }, { list: ['z', 'x', 'y'] }],
  ])('%s', (_what, operation, expected) => {
    const data = { ...(configMap()['data'] as JsonObject), ...expected }
    expect(JSON.parse(JSON.stringify(patch(operation)['data']))).toEqual(JSON.parse(JSON.stringify(data)))
  })

  it('drops the first segment of a path without a leading slash', () => {
    expect(patch({ op: 'add', path: 'data/z', value: '1' })).toEqual({ ...configMap(), z: '1' })
  })

  it.each([
    ['an absent member to remove', { op: 'remove', path: '/data/zzz' }],
    ['an absent parent', { op: 'add', path: '/metadata/annotations/x', value: 'y' }],
    ['a failed test', { op: 'test', path: '/data/a', value: 'no' }],
    ['an unknown operation', { op: 'frob', path: '/data/a' }],
    ['an inherited operation', { op: 'constructor', path: '/data/a' }],
    ['no path', { op: 'add', value: '1' }],
    ['an index beyond the list', { op: 'replace', path: '/data/list/99', value: 'z' }],
  ])('refuses %s', (_what, operation) => {
    expect(refusal(() => patch(operation))).toEqual({
      code: 422,
      message: 'the server rejected our request due to an error in our request',
    })
  })

  it('says why it cannot read the body', () => {
    expect(refusal(() => applyJsonPatch({}, '[{'))).toEqual({ code: 400, message: 'unexpected end of JSON input' })
    expect(refusal(() => applyJsonPatch({}, JSON.stringify(Array.from({ length: 10_001 }, () => ({})))))).toMatchObject(
      {
        code: 413,
      },
    )
  })

  it('never reaches a prototype', () => {
    applyJsonPatch({}, '[{"op":"add","path":"/__proto__","value":{"polluted":true}}]')
    expect(refusal(() => applyJsonPatch({}, '[{"op":"add","path":"/__proto__/polluted","value":1}]')).code).toBe(422)
    expect(refusal(() => applyJsonPatch({}, '[{"op":"add","path":"/constructor/prototype/x","value":1}]')).code).toBe(
      422,
    )
    expect(({} as JsonObject)['polluted']).toBeUndefined()
  })
})
