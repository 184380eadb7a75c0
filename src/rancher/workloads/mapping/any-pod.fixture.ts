import fc from 'fast-check'

/** Any valid pod spec: every field, including those v3 cannot show. */

export const name = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/)
export const text = fc.string({ maxLength: 12 })
export const flag = fc.boolean()
export const small = fc.nat(99)
const port = fc.integer({ min: 1, max: 65535 })
const portOrName = fc.oneof(port, name)
export const intOrPercent = fc.oneof(fc.nat(9), fc.constantFrom('0%', '25%', '100%'))
const quantity = fc.constantFrom('1', '500m', '1Gi', '100Mi')
const path = text.map((tail) => `/${tail}`)
export const labels = fc.dictionary(name, fc.stringMatching(/^[A-Za-z0-9]{0,8}$/), { maxKeys: 3 })
export const quantities = fc.dictionary(fc.constantFrom('cpu', 'memory', 'example.test/gpu'), quantity, { maxKeys: 2 })

/** Any of the fields except required ones. */
export function some<T extends Record<string, fc.Arbitrary<unknown>>>(shape: T, ...required: (keyof T & string)[]) {
  return fc.record(shape, { requiredKeys: required })
}

/** Kubernetes stores no empty lists. */
export function few<T>(item: fc.Arbitrary<T>, maxLength = 2) {
  return fc.array(item, { minLength: 1, maxLength })
}

function named<T extends { name?: unknown }>(item: fc.Arbitrary<T>, maxLength = 3) {
  return fc.uniqueArray(item, { minLength: 1, maxLength, selector: (one) => one.name })
}

const localReference = fc.record({ name })
const fieldRef = fc.record({
  apiVersion: fc.constant('v1'),
  fieldPath: fc.constantFrom('metadata.name', 'status.podIP'),
})
const resourceFieldRef = some(
  { containerName: name, resource: fc.constant('limits.cpu'), divisor: fc.constantFrom('0', '1', '1Mi') },
  'resource',
)
export const labelSelector = some({
  matchLabels: labels,
  matchExpressions: few(
    some(
      { key: name, operator: fc.constantFrom('In', 'Exists', 'DoesNotExist'), values: few(name) },
      'key',
      'operator',
    ),
  ),
})

const keyReference = some({ name, key: name, optional: flag }, 'name', 'key')
const variable = fc.oneof(
  some({ name, value: text }, 'name'),
  fc.record({ name, valueFrom: fc.record({ fieldRef }) }),
  fc.record({ name, valueFrom: fc.record({ resourceFieldRef }) }),
  fc.record({ name, valueFrom: fc.record({ secretKeyRef: keyReference }) }),
  fc.record({ name, valueFrom: fc.record({ configMapKeyRef: keyReference }) }),
)
const wholeReference = some({ name, optional: flag }, 'name')
const variables = fc.oneof(
  some({ prefix: name, configMapRef: wholeReference }, 'configMapRef'),
  some({ prefix: name, secretRef: wholeReference }, 'secretRef'),
)

const exec = fc.record({ exec: fc.record({ command: few(text) }) })
const httpGet = fc.record({
  httpGet: some(
    {
      path,
      port: portOrName,
      host: name,
      scheme: fc.constantFrom('HTTP', 'HTTPS'),
      httpHeaders: few(fc.record({ name, value: text })),
    },
    'port',
  ),
})
const tcpSocket = fc.record({ tcpSocket: some({ port: portOrName, host: name }, 'port') })
const handler = fc.oneof(exec, httpGet, tcpSocket, fc.constant({ sleep: { seconds: 3 } }))
const timings = some({
  initialDelaySeconds: small,
  timeoutSeconds: small,
  periodSeconds: small,
  successThreshold: small,
  failureThreshold: small,
  terminationGracePeriodSeconds: small,
})
const probe = fc
  .tuple(fc.oneof(exec, httpGet, tcpSocket, fc.record({ grpc: fc.record({ port }) })), timings)
  .map(([one, when]) => ({ ...one, ...when }))

const windowsOptions = some({
  gmsaCredentialSpecName: name,
  gmsaCredentialSpec: text,
  runAsUserName: name,
  hostProcess: flag,
})
const container = some(
  {
    name,
    image: fc.constantFrom('nginx', 'nginx:1', `r.test:5000/a/b@sha256:${'a'.repeat(64)}`),
    imagePullPolicy: fc.constantFrom('Always', 'IfNotPresent', 'Never'),
    workingDir: path,
    command: few(text),
    args: few(text, 3),
    env: few(variable, 6),
    envFrom: few(variables),
    ports: fc.uniqueArray(
      some(
        {
          name,
          containerPort: port,
          protocol: fc.constantFrom('TCP', 'UDP'),
          hostPort: port,
          hostIP: fc.constant('10.0.0.1'),
        },
        'containerPort',
        'protocol',
      ),
      { minLength: 1, maxLength: 3, selector: ({ name: given, containerPort }) => given ?? String(containerPort) },
    ),
    resources: some({ limits: quantities, requests: quantities, claims: fc.constant([{ name: 'gpu' }]) }),
    livenessProbe: probe,
    readinessProbe: probe,
    startupProbe: probe,
    lifecycle: some({ postStart: handler, preStop: handler }),
    volumeMounts: few(
      some(
        {
          name,
          mountPath: path,
          subPath: name,
          subPathExpr: name,
          readOnly: flag,
          mountPropagation: fc.constantFrom('None', 'Bidirectional'),
          recursiveReadOnly: fc.constant('Enabled'),
        },
        'name',
        'mountPath',
      ),
    ),
    volumeDevices: few(fc.record({ name, devicePath: path })),
    terminationMessagePath: path,
    terminationMessagePolicy: fc.constantFrom('File', 'FallbackToLogsOnError'),
    stdin: flag,
    stdinOnce: flag,
    tty: flag,
    securityContext: some({
      allowPrivilegeEscalation: flag,
      capabilities: some({ add: few(fc.constantFrom('NET_ADMIN', 'sys_time')), drop: fc.constant(['ALL']) }),
      privileged: flag,
      procMount: fc.constant('Default'),
      readOnlyRootFilesystem: flag,
      runAsGroup: small,
      runAsNonRoot: flag,
      runAsUser: small,
      seLinuxOptions: fc.record({ level: text }),
      seccompProfile: fc.constant({ type: 'RuntimeDefault' }),
      windowsOptions,
    }),
    resizePolicy: fc.constant([{ resourceName: 'cpu', restartPolicy: 'NotRequired' }]),
  },
  'name',
  'image',
)

const keys = few(some({ key: name, path: name, mode: small }, 'key', 'path'))
const downwardItems = few(
  fc.oneof(
    fc.record({ path: name, fieldRef }),
    some({ path: name, resourceFieldRef, mode: small }, 'path', 'resourceFieldRef'),
  ),
)
const projection = fc.oneof(
  fc.record({ secret: some({ name, items: keys, optional: flag }, 'name') }),
  fc.record({ configMap: some({ name, items: keys, optional: flag }, 'name') }),
  fc.record({ downwardAPI: fc.record({ items: downwardItems }) }),
  fc.record({ serviceAccountToken: some({ audience: name, expirationSeconds: small, path: name }, 'path') }),
  fc.constant({ clusterTrustBundle: { name: 'x', path: 'ca.pem' } }),
)
const disk = { fsType: name, readOnly: flag, partition: small }
const secretRef = localReference
const volumeSources: Record<string, fc.Arbitrary<unknown>> = {
  awsElasticBlockStore: some({ volumeID: name, ...disk }, 'volumeID'),
  azureDisk: some({ diskName: name, diskURI: name, cachingMode: fc.constant('None'), kind: fc.constant('Managed') }),
  azureFile: some({ secretName: name, shareName: name, readOnly: flag }, 'secretName', 'shareName'),
  cephfs: some({ monitors: few(name), path, user: name, secretFile: path, secretRef, readOnly: flag }, 'monitors'),
  cinder: some({ volumeID: name, fsType: name, readOnly: flag, secretRef }, 'volumeID'),
  configMap: some({ name, items: keys, defaultMode: small, optional: flag }, 'name'),
  csi: some(
    { driver: name, readOnly: flag, fsType: name, volumeAttributes: labels, nodePublishSecretRef: secretRef },
    'driver',
  ),
  downwardAPI: some({ items: downwardItems, defaultMode: small }),
  emptyDir: some({ medium: fc.constant('Memory'), sizeLimit: quantity }),
  ephemeral: fc.record({ volumeClaimTemplate: fc.constant({ spec: {} }) }),
  fc: some({ targetWWNs: few(name), lun: small, fsType: name, readOnly: flag, wwids: few(name) }),
  flexVolume: some({ driver: name, fsType: name, secretRef, readOnly: flag, options: labels }, 'driver'),
  flocker: some({ datasetName: name, datasetUUID: name }),
  gcePersistentDisk: some({ pdName: name, ...disk }, 'pdName'),
  gitRepo: some({ repository: name, revision: name, directory: name }, 'repository'),
  glusterfs: some({ endpoints: name, path, readOnly: flag }, 'endpoints', 'path'),
  hostPath: some({ path, type: fc.constantFrom('', 'Directory', 'FileOrCreate') }, 'path'),
  image: fc.constant({ reference: 'r.test/data:1', pullPolicy: 'Always' }),
  iscsi: some({ targetPortal: name, iqn: name, lun: small, portals: few(name), chapAuthSession: flag, secretRef }),
  nfs: some({ server: name, path, readOnly: flag }, 'server', 'path'),
  persistentVolumeClaim: some({ claimName: name, readOnly: flag }, 'claimName'),
  photonPersistentDisk: some({ pdID: name, fsType: name }, 'pdID'),
  portworxVolume: some({ volumeID: name, fsType: name, readOnly: flag }, 'volumeID'),
  projected: some({ sources: few(projection, 3), defaultMode: small }),
  quobyte: some({ registry: name, volume: name, readOnly: flag, user: name, group: name, tenant: name }),
  rbd: some(
    { monitors: few(name), image: name, pool: name, user: name, keyring: path, secretRef },
    'monitors',
    'image',
  ),
  scaleIO: some({ gateway: name, system: name, secretRef, sslEnabled: flag, storagePool: name, volumeName: name }),
  secret: some({ secretName: name, items: keys, defaultMode: small, optional: flag }),
  storageos: some({ volumeName: name, volumeNamespace: name, fsType: name, readOnly: flag, secretRef }),
  vsphereVolume: some({ volumePath: path, fsType: name, storagePolicyName: name, storagePolicyID: name }, 'volumePath'),
}
const volume = fc.oneof(
  ...Object.entries(volumeSources).map(([source, value]) =>
    fc.tuple(name, value).map(([given, one]) => ({ name: given, [source]: one })),
  ),
)

const requirement = some(
  {
    key: name,
    operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'),
    values: few(fc.constantFrom('1', 'b', 'c')),
  },
  'key',
  'operator',
)
const nodeTerm = some({
  matchExpressions: few(requirement),
  matchFields: fc.constant([{ key: 'metadata.name', operator: 'In', values: ['a'] }]),
})
const podTerm = some({ labelSelector, namespaces: few(name), topologyKey: name, namespaceSelector: labelSelector })
const podAffinity = some({
  requiredDuringSchedulingIgnoredDuringExecution: few(podTerm),
  preferredDuringSchedulingIgnoredDuringExecution: few(fc.record({ weight: small, podAffinityTerm: podTerm })),
})
const affinity = some({
  nodeAffinity: some({
    requiredDuringSchedulingIgnoredDuringExecution: fc.record({ nodeSelectorTerms: few(nodeTerm) }),
    preferredDuringSchedulingIgnoredDuringExecution: few(fc.record({ weight: small, preference: nodeTerm })),
  }),
  podAffinity,
  podAntiAffinity: podAffinity,
})

export const podSpec = some(
  {
    activeDeadlineSeconds: small,
    affinity,
    automountServiceAccountToken: flag,
    containers: named(container),
    dnsConfig: some({
      nameservers: few(fc.constant('10.0.0.1')),
      searches: few(name),
      options: few(some({ name, value: text }, 'name')),
    }),
    dnsPolicy: fc.constantFrom('ClusterFirst', 'Default', 'None'),
    enableServiceLinks: flag,
    hostAliases: few(fc.record({ ip: fc.constant('10.0.0.1'), hostnames: few(name) })),
    hostIPC: flag,
    hostNetwork: flag,
    hostPID: flag,
    hostUsers: flag,
    hostname: name,
    imagePullSecrets: few(localReference),
    initContainers: named(
      fc.tuple(name, container).map(([given, one]) => ({ ...one, name: `init-${given}`, restartPolicy: 'Always' })),
      2,
    ),
    nodeName: name,
    nodeSelector: labels,
    os: fc.constant({ name: 'linux' }),
    overhead: quantities,
    preemptionPolicy: fc.constantFrom('PreemptLowerPriority', 'Never'),
    priority: small,
    priorityClassName: name,
    readinessGates: few(fc.record({ conditionType: name })),
    restartPolicy: fc.constantFrom('Always', 'OnFailure', 'Never'),
    runtimeClassName: name,
    schedulerName: name,
    schedulingGates: fc.constant([{ name: 'x' }]),
    securityContext: some({
      fsGroup: small,
      fsGroupChangePolicy: fc.constant('OnRootMismatch'),
      runAsGroup: small,
      runAsNonRoot: flag,
      runAsUser: small,
      seLinuxOptions: fc.record({ level: text }),
      seccompProfile: fc.constant({ type: 'RuntimeDefault' }),
      supplementalGroups: few(small),
      sysctls: few(fc.record({ name, value: text })),
      windowsOptions,
    }),
    serviceAccount: name,
    serviceAccountName: name,
    setHostnameAsFQDN: flag,
    shareProcessNamespace: flag,
    subdomain: name,
    terminationGracePeriodSeconds: small,
    tolerations: few(
      some({
        key: name,
        operator: fc.constantFrom('Exists', 'Equal'),
        value: name,
        effect: fc.constantFrom('NoSchedule', 'NoExecute'),
        tolerationSeconds: small,
      }),
    ),
    topologySpreadConstraints: few(
      some(
        {
          maxSkew: small,
          topologyKey: name,
          whenUnsatisfiable: fc.constantFrom('DoNotSchedule', 'ScheduleAnyway'),
          labelSelector,
          minDomains: small,
          matchLabelKeys: few(name),
        },
        'maxSkew',
        'topologyKey',
        'whenUnsatisfiable',
      ),
    ),
    volumes: named(volume),
  },
  'containers',
)
