import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { workloadKinds } from '../../model/workload-kinds.ts'
import { presentResource } from '../present.ts'
import { schemas } from '../schemas.ts'
import { validateBody } from '../validate.ts'
import { Compactor } from './compact.ts'
import type { V3WorkloadKind } from './kind-rows.ts'
import { mergeWorkload } from './merge-workload.ts'
import { readWorkload } from './read-workload.ts'
import { type Exchange, workloadExchanges } from './recorded-pairs.fixture.ts'
import { type Fields, fieldsOf, isFields } from './rows.ts'

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

const name = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/)
const text = fc.string({ maxLength: 12 })
const label = fc.dictionary(name, fc.stringMatching(/^[A-Za-z0-9]{0,8}$/), { maxKeys: 3 })
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

const variable = fc.oneof(
  fc.record({ name, value: text }),
  fc.record({
    name,
    valueFrom: fc.record({ fieldRef: fc.record({ apiVersion: fc.constant('v1'), fieldPath: name }) }),
  }),
  fc.record({
    name,
    valueFrom: fc.record({
      resourceFieldRef: fc.record({
        containerName: name,
        resource: fc.constant('limits.cpu'),
        divisor: fc.constant('1Mi'),
      }),
    }),
  }),
  fc.record({ name, valueFrom: fc.record({ secretKeyRef: fc.record({ name, key: name, optional: fc.boolean() }) }) }),
)

const probe = fc.record({
  grpc: fc.record({ port: fc.nat(65535) }),
  periodSeconds: fc.integer({ min: 1, max: 9 }),
  terminationGracePeriodSeconds: fc.nat(9),
})

const container = fc.record(
  {
    name,
    image: fc.constantFrom('nginx', 'nginx:1', 'r.test:5000/a/b@sha256:' + 'a'.repeat(64)),
    command: fc.array(text, { maxLength: 3 }),
    args: fc.array(text, { maxLength: 3 }),
    env: fc.array(variable, { maxLength: 6 }),
    envFrom: fc.array(fc.record({ prefix: name, configMapRef: fc.record({ name }) }), { maxLength: 2 }),
    ports: fc.uniqueArray(
      fc.record({ name, containerPort: fc.integer({ min: 1, max: 65535 }), protocol: fc.constantFrom('TCP', 'UDP') }),
      { maxLength: 3, selector: (port) => port.name },
    ),
    resources: fc.record({ limits: label, claims: fc.constant([{ name: 'gpu' }]) }),
    startupProbe: probe,
    livenessProbe: probe,
    volumeMounts: fc.array(fc.record({ name, mountPath: text, recursiveReadOnly: fc.constant('Enabled') }), {
      maxLength: 2,
    }),
    securityContext: fc.record({
      runAsUser: fc.nat(99),
      seLinuxOptions: fc.record({ level: text }),
      capabilities: fc.record({ add: fc.constant(['sys_time']) }),
    }),
    resizePolicy: fc.constant([{ resourceName: 'cpu', restartPolicy: 'NotRequired' }]),
  },
  { requiredKeys: ['name', 'image'] },
)

const podSpec = fc.record(
  {
    containers: fc.uniqueArray(container, { minLength: 1, maxLength: 3, selector: (one) => one.name }),
    initContainers: fc.uniqueArray(container, { minLength: 1, maxLength: 2, selector: (one) => one.name }),
    nodeName: name,
    nodeSelector: label,
    imagePullSecrets: fc.array(fc.record({ name }), { maxLength: 2 }),
    volumes: fc.uniqueArray(
      fc.oneof(
        fc.record({ name, emptyDir: fc.constant({}) }),
        fc.record({ name, ephemeral: fc.record({ volumeClaimTemplate: fc.constant({ spec: {} }) }) }),
        fc.record({ name, hostPath: fc.record({ path: text, type: fc.constantFrom('', 'Directory') }) }),
        fc.record({ name, persistentVolumeClaim: fc.record({ claimName: name, readOnly: fc.boolean() }) }),
      ),
      { maxLength: 3, selector: (volume) => volume.name },
    ),
    affinity: fc.record({
      podAffinity: fc.constant({ requiredDuringSchedulingIgnoredDuringExecution: [] }),
      nodeAffinity: fc.record({
        preferredDuringSchedulingIgnoredDuringExecution: fc.array(
          fc.record({
            weight: fc.integer({ min: 1, max: 100 }),
            preference: fc.record({
              matchExpressions: fc.array(fc.record({ key: name, operator: fc.constant('In'), values: fc.array(name) })),
              matchFields: fc.constant([{ key: 'metadata.name', operator: 'In', values: ['a'] }]),
            }),
          }),
          { maxLength: 2 },
        ),
      }),
    }),
    securityContext: fc.record({ seLinuxOptions: fc.record({ level: text }), fsGroup: fc.nat(9) }),
    schedulingGates: fc.constant([{ name: 'x' }]),
  },
  { requiredKeys: ['containers'] },
)

const metadata = fc.record(
  {
    name: fc.constant('web'),
    namespace: fc.constant('default'),
    labels: label,
    annotations: fc.dictionary(name, text),
  },
  { requiredKeys: ['name', 'namespace'] },
)

const template = fc.record({
  metadata: fc.record({ labels: label, annotations: fc.dictionary(name, text, { maxKeys: 2 }) }, { requiredKeys: [] }),
  spec: podSpec,
})

const workload = fc
  .record({
    kind: fc.constantFrom<V3WorkloadKind>('deployment', 'statefulset', 'daemonset', 'cronjob', 'job'),
    template,
    metadata,
    replicas: optional(fc.nat(5)),
  })
  .map(({ kind, template: pod, metadata: own, replicas }) => {
    const spec: Fields =
      kind === 'cronjob'
        ? {
            schedule: '* * * * *',
            timeZone: 'Etc/UTC',
            jobTemplate: { spec: { template: pod, completionMode: 'Indexed' } },
          }
        : {
            ...(replicas !== undefined && { replicas }),
            selector: { matchLabels: { app: 'web' } },
            template: pod,
            ...(kind === 'statefulset' && {
              volumeClaimTemplates: [
                { metadata: { name: 'data', finalizers: ['x'] }, spec: { accessModes: ['ReadWriteOnce'] } },
              ],
              persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain' },
            }),
          }
    return { kind, object: JSON.parse(JSON.stringify({ metadata: own, spec })) as KubeObject }
  })

test('whatever Kubernetes accepts, read and sent back unchanged, stays as it was', () => {
  fc.assert(
    fc.property(workload, ({ kind, object }) => {
      expect(put(kind, object, documentOf(kind, object))).toEqual(object)
    }),
    { numRuns: 300 },
  )
})

test('a new image and nothing else: only the image changes', () => {
  fc.assert(
    fc.property(workload, ({ kind, object }) => {
      const document = documentOf(kind, object)
      const [first, ...rest] = document['containers'] as Fields[]
      const written = put(kind, object, {
        ...document,
        containers: [{ ...first, image: 'other.test/image:2' }, ...rest],
      })
      const expected = structuredClone(object)
      const path =
        kind === 'cronjob' ? fieldsOf(fieldsOf(expected.spec?.['jobTemplate'])['spec']) : fieldsOf(expected.spec)
      const spec = fieldsOf(fieldsOf(path['template'])['spec'])
      const containers = spec['containers'] as Fields[]
      if (containers[0]) containers[0]['image'] = 'other.test/image:2'
      expect(written).toEqual(expected)
    }),
    { numRuns: 300 },
  )
})
