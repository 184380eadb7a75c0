import { describe, expect, test } from 'vitest'
import { copyOf, type Fields, valueAt } from './rows.ts'
import { boundNodeId, type NodeScheduling, nodeState, readNodeScheduling, writeNodeScheduling } from './scheduling.ts'

const is = (key: string, operator: string, ...values: string[]) => ({ key, operator, values })
const termOf = (...matchExpressions: object[]) => ({ matchExpressions })
const ssd = is('disk', 'In', 'ssd')

function required(...nodeSelectorTerms: object[]): Fields {
  return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } }
}

const requiredPath = 'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms'
const preferredPath = 'affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution'

describe('reading', () => {
  test.each<[string, Fields, NodeScheduling | undefined]>([
    ['one term', required(termOf(ssd, is('gpu', 'DoesNotExist'))), { requireAll: ['disk = ssd', '!gpu'] }],
    ['more terms', required(termOf(ssd), termOf(is('n', 'Gt', '1'))), { requireAny: ['disk = ssd', 'n > 1'] }],
    [
      'a term of node fields alone is not seen',
      required({ matchFields: [ssd] }, termOf(ssd)),
      { requireAll: ['disk = ssd'] },
    ],
    [
      'nor what no text says',
      required(termOf(is('a', 'In'), is('b', 'Gt', '1', '2'), is('c', 'Exists'))),
      { requireAll: ['c'] },
    ],
    ['a selector', { nodeSelector: { disk: 'ssd', gpu: '' } }, { requireAll: ['disk = ssd', 'gpu'] }],
    [
      'a selector beside more terms',
      { nodeSelector: { gpu: '' }, ...required(termOf(ssd), termOf(ssd)) },
      { requireAll: ['gpu'], requireAny: ['disk = ssd', 'disk = ssd'] },
    ],
    [
      'a selector beside one term is hidden by it',
      { nodeSelector: { gpu: '' }, ...required(termOf(ssd)) },
      { requireAll: ['disk = ssd'] },
    ],
    ['an affinity to no node', { affinity: { nodeAffinity: {} } }, undefined],
  ])('%s', (_, spec, node) => expect(readNodeScheduling(spec, undefined)).toEqual(node))

  test('shows the node that a v3 caller chose, and only its presence for others', () => {
    const annotations = { 'workload.cattle.io/state': nodeState({}, 'node-1', 'local:machine-x') }
    expect(boundNodeId({ nodeName: 'node-1' }, annotations)).toBe('local:machine-x')
    expect(boundNodeId({ nodeName: 'node-2' }, annotations)).toBe('')
    expect(boundNodeId({ nodeName: 'node-1' }, {})).toBe('')
    expect(boundNodeId({}, annotations)).toBeUndefined()
    expect(JSON.parse(nodeState(annotations, 'node-2', 'local:machine-y'))).toEqual({
      bm9kZS0x: 'local:machine-x',
      bm9kZS0y: 'local:machine-y',
    })
  })
})

describe('writing', () => {
  const written = (node: NodeScheduling, spec: Fields = {}) => {
    const target = copyOf(spec)
    writeNodeScheduling(target, node)
    return target
  }

  test.each([
    ['a = b', is('a', 'In', 'b')],
    ['a=b', is('a', 'In', 'b')],
    ['a != b', is('a', 'NotIn', 'b')],
    ['a == b', is('a', 'In', '= b')],
    ['a in (b, c)', is('a', 'In', 'b', 'c')],
    ['a in ( b , c )', is('a', 'In', ' b', 'c ')],
    ['a notin (b)', is('a', 'NotIn', 'b')],
    ['a < 3', is('a', 'Lt', '3')],
    ['a', { key: 'a', operator: 'Exists' }],
    ['!a', { key: 'a', operator: 'DoesNotExist' }],
    ['', { key: '', operator: 'Exists' }],
  ])('%j', (line, expression) => {
    expect(valueAt(written({ requireAll: [line] }), requiredPath)).toEqual([termOf(expression)])
  })

  test('lines that must all match form one term; any-lines are a term each', () => {
    expect(valueAt(written({ requireAll: ['a', 'b && c'] }), requiredPath)).toMatchObject([termOf({}, {}, {})])
    expect(valueAt(written({ requireAny: ['a', 'b && c'] }), requiredPath)).toMatchObject([termOf({}), termOf({}, {})])
    expect(valueAt(written({ preferred: ['a', 'b'] }), preferredPath)).toMatchObject([{ weight: 100 }, { weight: 99 }])
  })

  test('removes omitted lists and nothing else', () => {
    const podAffinity = { requiredDuringSchedulingIgnoredDuringExecution: [] }
    const both = written({ requireAll: ['a'], preferred: ['b'] })
    const spec = { affinity: { ...(both['affinity'] as object), podAffinity } }
    expect(valueAt(written({ requireAll: ['c'] }, spec), preferredPath)).toBeUndefined()
    expect(written({}, spec)).toEqual({ affinity: { podAffinity } })
  })

  test('keeps the parts of a term that its line does not show', () => {
    const term = { ...termOf(ssd), matchFields: [is('metadata.name', 'In', 'node-1')] }
    const spec = written({ requireAny: ['disk = ssd', 'a'] }, required(term))
    expect(valueAt(spec, requiredPath)).toEqual([term, termOf({ key: 'a', operator: 'Exists' })])
  })
})
