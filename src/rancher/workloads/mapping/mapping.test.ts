import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../../model/kube-object.ts'
import { workloadKinds } from '../../../model/workload-kinds.ts'
import { presentResource } from '../../answer/present.ts'
import { schemas } from '../../schema/schemas.ts'
import { validateBody } from '../../schema/validate.ts'
import { anyWorkload } from './any-workload.fixture.ts'
import { Compactor } from './compact.ts'
import type { V3WorkloadKind } from './kind-rows.ts'
import { mergeWorkload } from './merge-workload.ts'
import { readWorkload } from './read-workload.ts'
import { type Exchange, workloadExchanges } from './recorded-pairs.fixture.ts'
import { type Fields, fieldsOf, isFields, listOf, valueAt } from './rows.ts'

const project = schemas.project
const exchanges = workloadExchanges()

function schemaOf(kind: V3WorkloadKind) {
  const schema = project.byId(workloadKinds[kind].v3Type)
  if (!schema) throw new Error(`no schema of ${kind}`)
  return schema
}

function documentOf(kind: V3WorkloadKind, object: KubeObject, projectId = 'local:p-wr5kf', now = 0): Fields {
  const resource = readWorkload(kind, object, projectId, now)
  const around = {
    hidden: ['nodeId'],
    baseType: 'workload',
    links: {},
    actions: {},
    actionsKey: 'actions',
    nestedTypes: true,
  } as const
  return JSON.parse(presentResource(project, schemaOf(kind), resource, around)) as Fields
}

function put(kind: V3WorkloadKind, object: KubeObject, body: unknown, replace = false): KubeObject {
  return mergeWorkload({
    kind,
    object,
    today: readWorkload(kind, object, 'local:p-wr5kf', 0),
    body: validateBody(project, project.byId('workload') ?? schemaOf(kind), body, 'update'),
    compactor: new Compactor(project, schemaOf(kind)),
    replace,
  })
}

/** The object was recorded an instant after the answer, when a controller had written already. */
const laterObjects = new Set(['1345-rt-unk-get.json', '1366-rt-pullproj-get.json'])

describe('a workload is read as recorded', () => {
  const reads = exchanges.filter(
    ({ method, status, after, answer, file }) =>
      method === 'GET' && status === 200 && after && isFields(answer) && 'id' in answer && !laterObjects.has(file),
  )
  test.each(reads.map((exchange) => [exchange.file, exchange] as const))('%s', (_file, { id, after, answer, at }) => {
    const { links: _links, actions: _actions, ...recorded } = fieldsOf(answer)
    const { links: _l, ...read } = documentOf(
      id.kind,
      after as KubeObject,
      String(recorded['projectId']),
      Date.parse(at),
    )
    expect(read).toEqual(recorded)
  })
})

/** Written by controllers, or decided apart from the merge (pull-secrets.test.ts). */
const ignored = new Set([
  'status',
  'resourceVersion',
  'generation',
  'imagePullSecrets',
  'deployment.kubernetes.io/revision',
  'deprecated.daemonset.template.generation',
  'field.cattle.io/publicEndpoints',
])
/** Kubernetes fills these in. */
const defaulted = ['resources', 'terminationMessagePath', 'terminationMessagePolicy', 'imagePullPolicy', 'protocol']

function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable)
  if (!isFields(value)) return value
  const entries = Object.entries(value).filter(([key]) => !ignored.has(key) && !defaulted.includes(key))
  return Object.fromEntries(entries.map(([key, one]) => [key, comparable(one)]).filter(([, one]) => !isEmpty(one)))
}

function isEmpty(value: unknown): boolean {
  return isFields(value) && Object.keys(value).length === 0
}

const writes = exchanges.filter(
  ({ method, status, before, after, body }) => method === 'PUT' && status === 200 && before && after && isFields(body),
)

describe('a document sent back as it was read changes nothing', () => {
  test.each(writes.map((exchange) => [exchange.file, exchange] as const))('%s', (_file, { id, before }) => {
    const object = before as KubeObject
    expect(put(id.kind, object, documentOf(id.kind, object))).toEqual(object)
  })
})

/** Recordings in which Rancher loses or rewrites what the caller did not touch; ours keeps it. */
const protectedWrites: readonly RegExp[] = [
  /^(815|882|904|1160|1162|1319)-/, // port names, env order, divisors
  /^13\d\d-rt-/, // round trips that lose something
  /^(335|336|338|342|347)-/, // images that are none
  /^307-/, // scale null: Kubernetes fills in 1
  /^(461|463|465|471|550|551)-/, // through another project
  /^(776|639|576|1318)-/, // names and kinds of ports that an action or a shorter annotation had changed
]

describe('a PUT writes what Rancher wrote', () => {
  const plain = writes.filter(({ file }) => !protectedWrites.some((pattern) => pattern.test(file)))
  test.each(plain.map((exchange) => [exchange.file, exchange] as const))('%s', (_file, exchange: Exchange) => {
    const { id, before, after, body, path } = exchange
    const written = put(id.kind, before as KubeObject, body, path.includes('_replace=true'))
    expect(comparable(written)).toEqual(comparable(after))
  })
})

const numRuns = 200

test('whatever Kubernetes accepts, read and sent back unchanged, stays as it was', () => {
  fc.assert(
    fc.property(anyWorkload, ({ kind, object }) => {
      expect(put(kind, object, documentOf(kind, object))).toEqual(object)
    }),
    { numRuns },
  )
})

test('a new image of one container and nothing else: only that image changes', () => {
  fc.assert(
    fc.property(anyWorkload, fc.nat(), ({ kind, object }, pick) => {
      const document = documentOf(kind, object)
      const shown = listOf(document['containers'])
      const chosen = shown[pick % shown.length] ?? {}
      const image = 'other.test/image:2'
      const containers = shown.map((one) => (one === chosen ? { ...one, image } : one))
      const expected = structuredClone(object)
      const spec = fieldsOf(valueAt(expected, `${workloadKinds[kind].template.join('.')}.spec`))
      const all = [...listOf(spec['containers']), ...listOf(spec['initContainers'])]
      for (const one of all) if (one['name'] === chosen['name']) one['image'] = image
      expect(put(kind, object, { ...document, containers })).toEqual(expected)
    }),
    { numRuns },
  )
})

test('where pods serve metrics is an annotation of theirs, shown in a field of its own', () => {
  const template = { metadata: { annotations: { a: 'b' } }, spec: { containers: [{ name: 'a', image: 'a' }] } }
  const object: KubeObject = { metadata: { name: 'web', namespace: 'default' }, spec: { template } }
  const workloadMetrics = [{ path: '/metrics', port: 9090, schema: 'HTTP' }]
  const written = put('deployment', object, { workloadMetrics })
  expect(valueAt(written, 'spec.template.metadata.annotations')).toEqual({
    a: 'b',
    'field.cattle.io/workloadMetrics': JSON.stringify(workloadMetrics),
  })
  expect(documentOf('deployment', written)).toMatchObject({ workloadMetrics, annotations: { a: 'b' } })
  expect(put('deployment', written, { workloadMetrics: [] })).toEqual(object)
})
