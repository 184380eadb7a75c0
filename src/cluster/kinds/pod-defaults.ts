import { imagePullPolicy } from './image-pull-policy.ts'
import { at, ensure, fill, isRecord, number, record, records, text, type Json } from './read.ts'

/** Kubernetes' defaults of pods and pod templates (defaulting of core/v1). In place, idempotent. */

/** What a template gets; pods get `defaultPod` on top. */
export function defaultPodSpec(spec: Json): void {
  // Kubernetes 1.21 drops them where their subresource is not served
  delete spec['ephemeralContainers']
  fill(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  })
  for (const container of containersOf(spec)) defaultContainer(container)
  for (const volume of editable(spec['volumes'])) defaultVolume(volume)
  if (spec['hostNetwork'] === true) copyHostPorts(spec)
  // the older spelling of the same field follows the newer one
  const account = text(spec['serviceAccountName']) || text(spec['serviceAccount'])
  if (account !== '') Object.assign(spec, { serviceAccountName: account, serviceAccount: account })
}

export function defaultPod(spec: Json): void {
  fill(spec, { enableServiceLinks: true })
  for (const container of containersOf(spec)) requestLimits(container)
}

export function defaultPodTemplate(parent: Json): void {
  const template = ensure(parent, 'template')
  const metadata = ensure(template, 'metadata')
  metadata['creationTimestamp'] ??= null
  defaultPodSpec(ensure(template, 'spec'))
}

/** The items of a list that can be written to. */
function editable(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}

function containersOf(spec: Json): Json[] {
  return [...editable(spec['initContainers']), ...editable(spec['containers'])]
}

function defaultContainer(container: Json): void {
  fill(container, {
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: imagePullPolicy(text(container['image'])),
  })
  for (const port of editable(container['ports'])) fill(port, { protocol: 'TCP' })
  for (const variable of editable(container['env'])) defaultSource(variable['valueFrom'])
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) defaultProbe(container[name])
  for (const hook of ['postStart', 'preStop']) defaultHttpGet(at(container, 'lifecycle', hook, 'httpGet'))
}

function defaultProbe(probe: unknown): void {
  if (!isRecord(probe)) return
  fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 })
  // an explicit zero is no value in Kubernetes' types
  if (probe['timeoutSeconds'] === 0) probe['timeoutSeconds'] = 1
  if (probe['periodSeconds'] === 0) probe['periodSeconds'] = 10
  if (probe['successThreshold'] === 0) probe['successThreshold'] = 1
  if (probe['failureThreshold'] === 0) probe['failureThreshold'] = 3
  defaultHttpGet(probe['httpGet'])
  if (isRecord(probe['grpc'])) fill(probe['grpc'], { service: '' })
}

function defaultHttpGet(action: unknown): void {
  if (isRecord(action)) fill(action, { path: '/', scheme: 'HTTP' })
}

function defaultSource(source: unknown): void {
  const { fieldRef, resourceFieldRef } = record(source)
  if (isRecord(fieldRef)) fill(fieldRef, { apiVersion: 'v1' })
  if (isRecord(resourceFieldRef)) fill(resourceFieldRef, { divisor: '0' })
}

const modeDefault = { defaultMode: 420 }

const volumeDefaults: Readonly<Record<string, Json>> = {
  secret: modeDefault,
  configMap: modeDefault,
  downwardAPI: modeDefault,
  projected: modeDefault,
  hostPath: { type: '' },
  iscsi: { iscsiInterface: 'default' },
  rbd: { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' },
  azureDisk: { cachingMode: 'ReadWrite', kind: 'Shared', fsType: 'ext4', readOnly: false },
  scaleIO: { storageMode: 'ThinProvisioned', fsType: 'xfs' },
}

function defaultVolume(volume: Json): void {
  if (Object.keys(volume).every((field) => field === 'name')) volume['emptyDir'] = {}
  defaultVolumeSource(volume)
  for (const item of editable(at(volume, 'downwardAPI', 'items'))) defaultSource(item)
  for (const source of editable(at(volume, 'projected', 'sources'))) {
    const token = source['serviceAccountToken']
    if (isRecord(token)) fill(token, { expirationSeconds: 3600 })
    for (const item of editable(at(source, 'downwardAPI', 'items'))) defaultSource(item)
  }
  const claim = at(volume, 'ephemeral', 'volumeClaimTemplate', 'spec')
  if (isRecord(claim)) fill(claim, { volumeMode: 'Filesystem' })
}

/** What has a source of storage: a pod's volume, or a volume that is an object. */
export function defaultVolumeSource(holder: Json): void {
  for (const [source, defaults] of Object.entries(volumeDefaults)) {
    const found = holder[source]
    if (isRecord(found)) fill(found, defaults)
  }
}

function copyHostPorts(spec: Json): void {
  for (const container of containersOf(spec)) {
    for (const port of editable(container['ports'])) {
      if (number(port['hostPort']) === 0) port['hostPort'] = port['containerPort']
    }
  }
}

function requestLimits(container: Json): void {
  const limits = record(at(container, 'resources', 'limits'))
  if (Object.keys(limits).length === 0) return
  fill(ensure(ensure(container, 'resources'), 'requests'), limits)
}

type Quality = 'Guaranteed' | 'Burstable' | 'BestEffort'

/** The pod's quality of service by its containers' cpu and memory. */
export function qosClass(spec: Json): Quality {
  const resources = [...records(spec['initContainers']), ...records(spec['containers'])].map((one) =>
    record(one['resources']),
  )
  const given = (resource: Json, kind: string, name: string): unknown => {
    const value = record(resource[kind])[name]
    return value === '0' ? undefined : value
  }
  const names = ['cpu', 'memory']
  const any = resources.some((one) =>
    names.some((name) => given(one, 'limits', name) !== undefined || given(one, 'requests', name) !== undefined),
  )
  if (!any) return 'BestEffort'
  const guaranteed = resources.every((one) =>
    names.every((name) => {
      const limit = given(one, 'limits', name)
      return limit !== undefined && limit === given(one, 'requests', name)
    }),
  )
  return guaranteed ? 'Guaranteed' : 'Burstable'
}
