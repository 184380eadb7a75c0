import type { Api } from '../verbs/api.ts'
import { randomSuffix } from '../metadata.ts'
import * as refusals from '../refusals.ts'
import type { FieldError, KubeObject } from '../resource.ts'
import { ageColumn, column, nameColumn, orNone } from './columns.ts'
import { kind } from './kind.ts'
import { defaultPod, defaultPodSpec, qosClass } from './pod-defaults.ts'
import { admitLimits } from './pod-limits.ts'
import { podReady, podRestarts, podRowConditions, podStatus } from './pod-status.ts'
import { validateOwnSpec, validatePodUpdate } from './pod-validation.ts'
import { admitPriority } from './priorities.ts'
import { at, ensure, isRecord, list, record, records, text, type Json } from './read.ts'

const pods = { group: '', plural: 'pods' }

export const pod = kind({
  apiVersion: 'v1',
  kind: 'Pod',
  plural: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  subresources: ['binding', 'eviction', 'log', 'status'],
  setDefaults(object) {
    const spec = ensure(object, 'spec')
    defaultPodSpec(spec)
    defaultPod(spec)
  },
  admitCreate(object, api) {
    const spec = ensure(object, 'spec')
    admitLimits(object, spec, api)
    admitServiceAccount(object, spec, api)
    admitPriority(object, spec, api)
    tolerateShortly(spec)
  },
  prepareForCreate(object) {
    object.status = { phase: 'Pending', qosClass: qosClass(record(object.spec)) }
  },
  prepareForUpdate(object, old) {
    const [spec, before] = [ensure(object, 'spec'), record(old.spec)]
    for (const name of ['priority', 'preemptionPolicy']) spec[name] ??= before[name]
    tolerateShortly(spec)
  },
  validate: (object) => validateOwnSpec(object.spec),
  validateUpdate: (object, old): FieldError[] => validatePodUpdate(record(object.spec), record(old.spec)),
  gracePeriod: podGracePeriod,
  rowConditions: podRowConditions,
  selectableFields: {
    'spec.nodeName': plainText('spec', 'nodeName'),
    'spec.restartPolicy': plainText('spec', 'restartPolicy'),
    'spec.schedulerName': plainText('spec', 'schedulerName'),
    'spec.serviceAccountName': plainText('spec', 'serviceAccountName'),
    'status.phase': plainText('status', 'phase'),
    'status.podIP': plainText('status', 'podIP'),
    'status.nominatedNodeName': plainText('status', 'nominatedNodeName'),
  },
  columns: [
    nameColumn,
    column('Pod', 'Ready', podReady),
    column('Pod', 'Status', podStatus),
    column('Pod', 'Restarts', podRestarts, { type: 'integer' }),
    ageColumn,
    column('Pod', 'IP', (object) => orNone(text(at(object, 'status', 'podIP'))), { wide: true }),
    column('Pod', 'Node', (object) => orNone(text(at(object, 'spec', 'nodeName'))), { wide: true }),
    column('Pod', 'Nominated Node', (object) => orNone(text(at(object, 'status', 'nominatedNodeName'))), {
      wide: true,
    }),
    column('Pod', 'Readiness Gates', readinessGates, { wide: true }),
  ],
})

function plainText(...path: string[]): (object: KubeObject) => string {
  return (object) => text(at(object, ...path))
}

/** A pod that runs nowhere, or no more, goes at once. */
function podGracePeriod(object: KubeObject, requested: number | undefined): number {
  const phase = at(object, 'status', 'phase')
  if (text(at(object, 'spec', 'nodeName')) === '' || phase === 'Succeeded' || phase === 'Failed') return 0
  const own = at(object, 'spec', 'terminationGracePeriodSeconds')
  return requested ?? (typeof own === 'number' ? own : 30)
}

function readinessGates(object: KubeObject): string {
  const gates = records(at(object, 'spec', 'readinessGates'))
  if (gates.length === 0) return '<none>'
  const conditions = records(at(object, 'status', 'conditions'))
  const met = gates.filter((gate) =>
    conditions.some((one) => one['type'] === gate['conditionType'] && one['status'] === 'True'),
  )
  return `${met.length}/${gates.length}`
}

function admitServiceAccount(object: KubeObject, spec: Json, api: Api): void {
  const { namespace = '', name = '', generateName = '' } = object.metadata
  const account = text(spec['serviceAccountName']) || 'default'
  Object.assign(spec, { serviceAccountName: account, serviceAccount: account })
  const found = api.find(api.type('v1', 'ServiceAccount'), namespace, account)
  // the default account of a new namespace comes a moment later; Kubernetes waits for it
  if (!found && account !== 'default') {
    const why = `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`
    throw refusals.forbidden(pods, name || generateName, why)
  }
  if (list(spec['imagePullSecrets']).length === 0 && list(found?.['imagePullSecrets']).length > 0) {
    spec['imagePullSecrets'] = structuredClone(found?.['imagePullSecrets'])
  }
  const mounts = spec['automountServiceAccountToken'] ?? found?.['automountServiceAccountToken'] ?? true
  if (mounts === true) mountToken(spec)
}

const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount'
/** An hour and seven seconds, by which Kubernetes knows tokens of its own asking. */
const tokenSeconds = 3607

function mountToken(spec: Json): void {
  const name = `kube-api-access-${randomSuffix()}`
  const containers = [...list(spec['initContainers']), ...list(spec['containers'])].filter(isRecord)
  const without = containers.filter(
    (one) => !records(one['volumeMounts']).some((mount) => mount['mountPath'] === tokenPath),
  )
  for (const container of without) {
    container['volumeMounts'] = [...list(container['volumeMounts']), { name, readOnly: true, mountPath: tokenPath }]
  }
  if (without.length > 0) spec['volumes'] = [...list(spec['volumes']), tokenVolume(name)]
}

function tokenVolume(name: string): Json {
  const fieldRef = { apiVersion: 'v1', fieldPath: 'metadata.namespace' }
  const sources = [
    { serviceAccountToken: { expirationSeconds: tokenSeconds, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    { downwardAPI: { items: [{ path: 'namespace', fieldRef }] } },
  ]
  return { name, projected: { sources, defaultMode: 420 } }
}

/** A node that is gone for five minutes loses its pods. */
function tolerateShortly(spec: Json): void {
  const tolerations = records(spec['tolerations'])
  const missing = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].filter(
    (key) => !tolerations.some((one) => tolerates(one, key)),
  )
  if (missing.length === 0) return
  const added = missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }))
  spec['tolerations'] = [...list(spec['tolerations']), ...added]
}

function tolerates(toleration: Json, key: string): boolean {
  const given = text(toleration['key'])
  const effect = text(toleration['effect'])
  return (given === key || given === '') && (effect === 'NoExecute' || effect === '')
}
