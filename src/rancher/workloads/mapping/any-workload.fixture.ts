import fc from 'fast-check'
import type { KubeObject } from '../../../model/kube-object.ts'
import { workloadKinds } from '../../../model/workload-kinds.ts'
import {
  few,
  flag,
  intOrPercent,
  labels,
  labelSelector,
  name,
  podSpec,
  quantities,
  small,
  some,
  text,
} from './any-pod.fixture.ts'
import type { V3WorkloadKind } from './kind-rows.ts'
import { setAt } from './rows.ts'

/** Valid workloads of every kind. */

/** Rancher's annotations in a template, intact or edited. */
const marks = some({
  'field.cattle.io/ports': fc.constantFrom(
    '[[{"containerPort":80,"dnsName":"web-nodeport","kind":"NodePort","name":"a","protocol":"TCP","sourcePort":0}]]',
    '[[],[]]',
    'not JSON',
  ),
  'field.cattle.io/publicEndpoints': fc.constantFrom('null', '[{"port":30000}]'),
  'field.cattle.io/workloadMetrics': fc.constantFrom('[{"path":"/m","port":80,"schema":"HTTP"}]', '{'),
  'cattle.io/timestamp': fc.constant('2026-11-23T00:00:00Z'),
})
const annotations = fc
  .tuple(fc.dictionary(name, text, { maxKeys: 2 }), marks)
  .map(([own, marked]) => ({ ...own, ...marked }))

const template = fc.record({
  metadata: some({ labels, annotations, finalizers: few(name) }),
  spec: podSpec,
})

const claim = some(
  {
    metadata: some({ name, namespace: name, labels, annotations: labels, finalizers: few(name) }, 'name'),
    spec: some({
      accessModes: fc.constant(['ReadWriteOnce']),
      resources: some({ requests: quantities, limits: quantities }),
      selector: labelSelector,
      storageClassName: name,
      volumeName: name,
      volumeMode: fc.constantFrom('Filesystem', 'Block'),
      dataSource: some({ apiGroup: name, kind: name, name }, 'kind', 'name'),
      volumeAttributesClassName: name,
    }),
    status: some({ phase: fc.constant('Pending') }),
  },
  'metadata',
)
const jobFields = {
  parallelism: small,
  completions: small,
  activeDeadlineSeconds: small,
  backoffLimit: small,
  manualSelector: flag,
  ttlSecondsAfterFinished: small,
  completionMode: fc.constantFrom('Indexed', 'NonIndexed'),
  suspend: flag,
}
const counts = { replicas: fc.nat(5), minReadySeconds: small, revisionHistoryLimit: small }

/** Above the template. */
const specs: Record<V3WorkloadKind, fc.Arbitrary<unknown>> = {
  deployment: some({
    ...counts,
    selector: labelSelector,
    paused: flag,
    progressDeadlineSeconds: small,
    strategy: fc.oneof(
      fc.constant({ type: 'Recreate' }),
      some({
        type: fc.constant('RollingUpdate'),
        rollingUpdate: some({ maxSurge: intOrPercent, maxUnavailable: intOrPercent }),
      }),
    ),
  }),
  statefulset: some({
    ...counts,
    selector: labelSelector,
    serviceName: name,
    podManagementPolicy: fc.constantFrom('OrderedReady', 'Parallel'),
    updateStrategy: fc.oneof(
      fc.constant({ type: 'OnDelete' }),
      some({
        type: fc.constant('RollingUpdate'),
        rollingUpdate: some({ partition: small, maxUnavailable: intOrPercent }),
      }),
    ),
    volumeClaimTemplates: few(claim),
    persistentVolumeClaimRetentionPolicy: fc.constant({ whenDeleted: 'Retain', whenScaled: 'Delete' }),
    ordinals: fc.constant({ start: 3 }),
  }),
  daemonset: some({
    minReadySeconds: small,
    revisionHistoryLimit: small,
    selector: labelSelector,
    updateStrategy: fc.oneof(
      fc.constant({ type: 'OnDelete' }),
      some({
        type: fc.constant('RollingUpdate'),
        rollingUpdate: some({ maxUnavailable: intOrPercent, maxSurge: intOrPercent }),
      }),
    ),
  }),
  cronjob: some({
    schedule: fc.constant('*/5 * * * *'),
    timeZone: fc.constant('Etc/UTC'),
    startingDeadlineSeconds: small,
    concurrencyPolicy: fc.constantFrom('Allow', 'Forbid', 'Replace'),
    suspend: flag,
    successfulJobsHistoryLimit: small,
    failedJobsHistoryLimit: small,
    jobTemplate: some({ metadata: some({ labels, annotations: labels }), spec: some(jobFields) }),
  }),
  job: some({ ...jobFields, selector: labelSelector, podFailurePolicy: fc.constant({ rules: [] }) }),
  replicaset: some({ replicas: fc.nat(5), minReadySeconds: small, selector: labelSelector }),
  replicationcontroller: some({ replicas: fc.nat(5), minReadySeconds: small, selector: labels }),
}

const metadata = some(
  {
    name: fc.constant('web'),
    namespace: fc.constant('default'),
    labels,
    annotations: fc.dictionary(
      fc.oneof(name, fc.constantFrom('field.cattle.io/creatorId', 'deployment.kubernetes.io/revision', 'cattle.io/x')),
      text,
    ),
    finalizers: few(name),
    ownerReferences: few(fc.constant({ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: 'u' })),
  },
  'name',
  'namespace',
)

const kinds = Object.keys(specs) as V3WorkloadKind[]

/** A workload of any kind, as stored by Kubernetes. */
export const anyWorkload: fc.Arbitrary<{ kind: V3WorkloadKind; object: KubeObject }> = fc.oneof(
  ...kinds.map((kind) =>
    fc.record({ metadata, spec: specs[kind], template }).map(({ template: pod, ...parts }) => {
      const object = JSON.parse(JSON.stringify(parts)) as KubeObject
      setAt(object, workloadKinds[kind].template.join('.'), JSON.parse(JSON.stringify(pod)))
      return { kind, object }
    }),
  ),
)
