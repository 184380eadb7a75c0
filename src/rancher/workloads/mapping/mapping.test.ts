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

/** The object was recorded just after the response, when a controller had already written. */
const laterObjects = new Set(['1345-rt-unk-get.json', '1366-rt-pullproj-get.json'])

describe('reads a workload as recorded', () => {
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

/** Written by controllers, or decided outside the merge (pull-secrets.test.ts). */
const ignored = new Set([
  'status',
  'resourceVersion',
  'generation',
  'imagePullSecrets',
  'deployment.kubernetes.io/revision',
  'deprecated.daemonset.template.generation',
  'field.cattle.io/publicEndpoints',
])
/** Defaults set by Kubernetes. */
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

describe('a document sent back as read changes nothing', () => {
  test.each(writes.map((exchange) => [exchange.file, exchange] as const))('%s', (_file, { id, before }) => {
    const object = before as KubeObject
    expect(put(id.kind, object, documentOf(id.kind, object))).toEqual(object)
  })
})

/** Recordings in which Rancher loses or rewrites something the caller did not change; we keep it. */
const protectedWrites: readonly RegExp[] = [
  /^(815|882|904|1160|1162|1319)-/, // port names, env order, divisors
  /^13\d\d-rt-/, // lossy round trips
  /^(335|336|338|342|347)-/, // invalid images
  /^307-/, // scale null: Kubernetes defaults to 1
  /^(461|463|465|471|550|551)-/, // through another project
  /^(776|639|576|1318)-/, // port names and kinds changed by an action or a shorter annotation
]

describe('a PUT writes what Rancher writes', () => {
  const plain = writes.filter(({ file }) => !protectedWrites.some((pattern) => pattern.test(file)))
  test.each(plain.map((exchange) => [exchange.file, exchange] as const))('%s', (_file, exchange: Exchange) => {
    const { id, before, after, body, path } = exchange
    const written = put(id.kind, before as KubeObject, body, path.includes('_replace=true'))
    expect(comparable(written)).toEqual(comparable(after))
  })
})

const numRuns = 200

test('anything valid in Kubernetes survives a round trip unchanged', () => {
  fc.assert(
    fc.property(anyWorkload, ({ kind, object }) => {
      expect(put(kind, object, documentOf(kind, object))).toEqual(object)
    }),
    { numRuns },
  )
})

test('changing one image changes nothing else', () => {
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

test('shows the annotation for metrics endpoints as a field', () => {
  const template = { metadata: { annotations: { a: 'b' } }, spec: { containers: [{ name: 'a', image: 'a' }] } }
  const object: KubeObject = { metadata: { name: 'web', namespace: 'default' }, spec: { template } }
  const workloadMetrics = [{ path: '/metrics', port: 9090, schema: 'HTTP' }]
  const written = put('deployment', object, { workloadMetrics })
  expect(valueAt(written, 'spec.template.metadata.annotations')).toEqual({
    a: 'b',
    'field.cattle.io/workloadMetrics': JSON.stringify(workloadMetrics),
  })
  expect(documentOf('deployment', written)).toMatchObject({ workloadMetrics, annotations: { a: 'b' } })
  const none = put('deployment', written, { workloadMetrics: [] })
  expect(valueAt(none, 'spec.template.metadata.annotations')).toEqual({
    a: 'b',
    'field.cattle.io/workloadMetrics': 'null',
  })
  expect(documentOf('deployment', none)).toMatchObject({ workloadMetrics: null })
})

describe('a partial PUT', () => {
  const term = { matchExpressions: [{ key: 'a', operator: 'Exists' }] }
  const nodeAffinity = {
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] },
    preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 7, preference: term }],
  }
  const pod = {
    containers: [{ name: 'a', image: 'a' }],
    initContainers: [{ name: 'i', image: 'i' }],
    affinity: { nodeAffinity },
    dnsConfig: { nameservers: ['192.0.2.1'] },
    serviceAccount: 'own',
    serviceAccountName: 'own',
  }
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 2, maxUnavailable: 3 } }
  const spec = { selector: { matchLabels: { app: 'web' } }, strategy, template: { metadata: {}, spec: pod } }
  const web: KubeObject = { metadata: { name: 'web', namespace: 'default' }, spec }
  const podAffinity = 'spec.template.spec.affinity.nodeAffinity'

  test.each<[string, object, path: string, expected: unknown]>([
    [
      'a strategy without numbers has the default ones',
      { deploymentConfig: { strategy: 'RollingUpdate' } },
      'spec.strategy',
      { type: 'RollingUpdate' },
    ],
    [
      'a number leaves the other',
      { deploymentConfig: { maxSurge: 1 } },
      'spec.strategy.rollingUpdate',
      { maxSurge: 1, maxUnavailable: 3 },
    ],
    [
      'one list of nodes takes the others away',
      { scheduling: { node: { requireAll: ['b'] } } },
      podAffinity,
      {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'b', operator: 'Exists' }] }],
        },
      },
    ],
    [
      'the same lists stay as they are',
      { scheduling: { node: { requireAll: ['a'], preferred: ['a'] } } },
      podAffinity,
      nodeAffinity,
    ],
    ['empty lists take all away', { scheduling: { node: { preferred: [] } } }, podAffinity, undefined],
    ['lists of null say nothing', { scheduling: { node: { preferred: null } } }, podAffinity, nodeAffinity],
    [
      'a structure whose fields go is empty',
      { dnsConfig: { nameservers: [] }, containers: null },
      'spec.template.spec.dnsConfig',
      {},
    ],
    ['a structure of null is gone', { dnsConfig: null }, 'spec.template.spec.dnsConfig', undefined],
    ['a selector too, which Kubernetes refuses', { selector: null }, 'spec.selector', undefined],
    [
      'a field of pods without containers empties both kinds of them',
      { hostname: 'h' },
      'spec.template.spec.initContainers',
      undefined,
    ],
  ])('%s', (_, body, path, expected) => expect(valueAt(put('deployment', web, body), path)).toEqual(expected))

  test('with replace removes what it omits, under its older name too', () => {
    const { containers } = documentOf('deployment', web)
    const replaced = put('deployment', web, { containers }, true)
    expect(valueAt(replaced, 'spec.template.spec')).toEqual({
      containers: pod.containers,
      initContainers: pod.initContainers,
    })
  })
})
