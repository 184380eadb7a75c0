import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shapeOf, type Shape } from '../schema/index.ts'
import type { JsonObject } from './json-value.ts'
import { applyStrategicMergePatch } from './strategic-merge-patch.ts'

const shape = shapeOf('apps/v1', 'Deployment') as Shape

interface Item {
  name: string
  [field: string]: unknown
}

function deployment(containers: Item[], metadata: JsonObject = {}): JsonObject {
  return { metadata: { name: 'd', ...metadata }, spec: { template: { spec: { containers } } } }
}

function patchContainers(before: Item[], patch: unknown, order?: unknown): unknown {
  const spec = { containers: patch, ...(order === undefined ? {} : { '$setElementOrder/containers': order }) }
  const patched = applyStrategicMergePatch(deployment(before), JSON.stringify({ spec: { template: { spec } } }), shape)
  return (patched as { spec: { template: { spec: { containers: unknown } } } }).spec.template.spec.containers
}

function patchMetadata(before: JsonObject, patch: JsonObject): unknown {
  return applyStrategicMergePatch({ metadata: before }, JSON.stringify({ metadata: patch }), shape)['metadata']
}

const c = { name: 'c', image: 'nginx:1' }
const side = { name: 'side', image: 'busybox' }

describe('applyStrategicMergePatch', () => {
  it('merges list items by their key and puts new ones first', () => {
    expect(patchContainers([c, side], [{ name: 'new', image: 'x:1' }])).toEqual([
      { name: 'new', image: 'x:1' },
      c,
      side,
    ])
    expect(patchContainers([c, side], [{ name: 'side', image: 'b:2' }])).toEqual([c, { name: 'side', image: 'b:2' }])
  })

  it('keeps new items where the patch has them, beside the ones it knows', () => {
    const names = ['A', 'B'].map((name) => ({ name, image: '1' }))
    const patch = ['A', 'N'].map((name) => ({ name, image: '9' }))
    expect(patchContainers(names, patch)).toEqual([...patch, { name: 'B', image: '1' }])
  })

  it('follows the directives of lists', () => {
    expect(patchContainers([c, side], [{ name: 'side', $patch: 'delete' }])).toEqual([c])
    expect(patchContainers([c], [{ name: 'zzz', $patch: 'delete' }])).toEqual([c])
    expect(patchContainers([c, side], [{ name: 'c', image: 'n:5' }, { $patch: 'replace' }])).toEqual([
      { name: 'c', image: 'n:5' },
    ])
    expect(patchContainers([c, side], [{ name: 'c', image: 'n:3' }], [{ name: 'side' }, { name: 'c' }])).toEqual([
      side,
      { name: 'c', image: 'n:3' },
    ])
    expect(() => patchContainers([c], [{ name: 'c', image: 'x' }], [{ name: 'side' }])).toThrow(
      "The order in patch list:\n[map[image:x name:c]]\n doesn't match $setElementOrder list:\n[map[name:side]]",
    )
    expect(() => patchContainers([c], [{ image: 'x' }])).toThrow(
      'map: map[image:x] does not contain declared merge key: name',
    )
  })

  it('merges lists of scalars where the schema says so', () => {
    expect(patchMetadata({ finalizers: ['a'] }, { finalizers: ['b'] })).toEqual({ finalizers: ['b', 'a'] })
    expect(patchMetadata({ finalizers: ['b', 'a'] }, { '$deleteFromPrimitiveList/finalizers': ['a'] })).toEqual({
      finalizers: ['b'],
    })
    const order = { '$setElementOrder/finalizers': ['c', 'b'], finalizers: ['c'] }
    expect(patchMetadata({ finalizers: ['b'] }, order)).toEqual({ finalizers: ['c', 'b'] })
  })

  it('follows the directives of maps that are there, and stores them in maps that are not', () => {
    expect(patchMetadata({ labels: { a: '1' } }, { labels: { $patch: 'replace', b: '2' } })).toEqual({
      labels: { b: '2' },
    })
    expect(patchMetadata({ labels: { a: '1' } }, { labels: { $patch: 'delete' } })).toEqual({ labels: {} })
    expect(patchMetadata({}, { labels: { $patch: 'replace', b: '2' } })).toEqual({
      labels: { $patch: 'replace', b: '2' },
    })
    expect(() => patchMetadata({ labels: { a: '1' } }, { labels: { $patch: 'merge', m: '1' } })).toThrow(
      'unknown patch type: merge in map: map[$patch:merge m:1]',
    )
  })

  it('retains only the listed keys', () => {
    const before = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } }
    const patch = (strategy: JsonObject) =>
      applyStrategicMergePatch(before, JSON.stringify({ spec: { strategy } }), shape)
    expect(patch({ $retainKeys: ['type'], type: 'Recreate' })).toEqual({ spec: { strategy: { type: 'Recreate' } } })
    expect(() => patch({ $retainKeys: ['type'], rollingUpdate: {} })).toThrow('invalid patch format of retainKeys')
  })

  it('refuses what does not fit the kind', () => {
    expect(() => applyStrategicMergePatch({}, '{"spec":{"replicas":"x"}}', shape)).toThrow(
      ' "" is invalid: patch: Invalid value: "map[spec:map[replicas:x]]": unrecognized type: int32',
    )
    expect(() => applyStrategicMergePatch({}, '[1]', shape)).toThrow(
      'json: cannot unmarshal array into Go value of type',
    )
    expect(() => applyStrategicMergePatch({}, 'metadata:\n', shape)).toThrow(
      "invalid character 'm' looking for beginning of value",
    )
  })

  const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'))
  const items = names.chain((all) =>
    fc.tuple(...all.map((name) => fc.record({ name: fc.constant(name), image: fc.constantFrom('x:1', 'x:2') }))),
  )

  it('changes nothing with an empty patch', () => {
    fc.assert(
      fc.property(items, (containers) => {
        expect(applyStrategicMergePatch(deployment(containers), '{}', shape)).toEqual(deployment(containers))
        expect(patchContainers(containers, [])).toEqual(containers)
      }),
    )
  })

  it('reaches any list by changes, deletions and an order', () => {
    fc.assert(
      fc.property(items, items, (before, target) => {
        const wanted = new Set(target.map(({ name }) => name))
        const gone = before.filter(({ name }) => !wanted.has(name)).map(({ name }) => ({ name, $patch: 'delete' }))
        const order = target.map(({ name }) => ({ name }))
        expect(patchContainers(before, [...target, ...gone], order)).toEqual(target)
      }),
    )
  })

  it('never reaches a prototype', () => {
    applyStrategicMergePatch({}, '{"__proto__":{"polluted":true},"metadata":{"__proto__":{"polluted":true}}}', shape)
    expect(({} as JsonObject)['polluted']).toBeUndefined()
  })
})
