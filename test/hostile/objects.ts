import type { KubeObject } from '../../src/model/kube-object.ts'

const labels = { app: 'web' }

/** A pod template that exercises everything mapped between the two APIs. */
const template = {
  metadata: { labels, annotations: { note: 'kept' } },
  spec: {
    containers: [
      {
        name: 'web',
        image: 'shop/web:1',
        command: ['serve'],
        args: ['--all'],
        workingDir: '/srv',
        ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
        env: [
          { name: 'PLAIN', value: 'x' },
          { name: 'SECRET', valueFrom: { secretKeyRef: { name: 'keys', key: 'one' } } },
          { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
          { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1m' } } },
        ],
        envFrom: [{ prefix: 'P_', configMapRef: { name: 'settings' } }],
        resources: { limits: { cpu: '500m', memory: '64Mi' }, requests: { cpu: '10m' } },
        readinessProbe: {
          httpGet: { path: '/', port: 'http', httpHeaders: [{ name: 'A', value: 'b' }] },
          periodSeconds: 2,
        },
        livenessProbe: { tcpSocket: { port: 8080 } },
        lifecycle: { preStop: { exec: { command: ['true'] } } },
        securityContext: { runAsUser: 1, capabilities: { add: ['NET_ADMIN'] } },
        volumeMounts: [{ name: 'data', mountPath: '/data', subPath: 'a' }],
      },
    ],
    initContainers: [{ name: 'first', image: 'shop/first:1' }],
    volumes: [
      { name: 'data', emptyDir: {} },
      { name: 'keys', secret: { secretName: 'keys', items: [{ key: 'one', path: '1' }] } },
      { name: 'all', projected: { sources: [{ configMap: { name: 'settings' } }] } },
    ],
    imagePullSecrets: [{ name: 'registry' }],
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 3 }],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }],
        },
      },
    },
    hostAliases: [{ ip: '127.0.0.9', hostnames: ['x'] }],
    securityContext: { runAsNonRoot: true },
  },
}
const once = { ...template, spec: { ...template.spec, restartPolicy: 'Never' } }
const selector = { matchLabels: labels }
const metadata = { name: 'web', namespace: 'default', labels }

/** One object of each kind with the path of its collection. The default name is `web`. */
export const objects: readonly [collection: string, object: KubeObject][] = [
  ['/apis/apps/v1/namespaces/default/deployments', kind('apps/v1', 'Deployment', { replicas: 2, selector, template })],
  [
    '/apis/apps/v1/namespaces/default/statefulsets',
    kind('apps/v1', 'StatefulSet', {
      serviceName: 'web',
      selector,
      template,
      volumeClaimTemplates: [
        {
          metadata: { name: 'claim' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
    }),
  ],
  ['/apis/apps/v1/namespaces/default/daemonsets', kind('apps/v1', 'DaemonSet', { selector, template })],
  ['/apis/apps/v1/namespaces/default/replicasets', kind('apps/v1', 'ReplicaSet', { replicas: 1, selector, template })],
  ['/apis/batch/v1/namespaces/default/jobs', kind('batch/v1', 'Job', { template: once, backoffLimit: 1 })],
  [
    '/apis/batch/v1beta1/namespaces/default/cronjobs',
    kind('batch/v1beta1', 'CronJob', { schedule: '*/5 * * * *', jobTemplate: { spec: { template: once } } }),
  ],
  [
    '/api/v1/namespaces/default/replicationcontrollers',
    kind('v1', 'ReplicationController', { replicas: 1, selector: labels, template }),
  ],
  ['/api/v1/namespaces/default/pods', kind('v1', 'Pod', template.spec)],
  [
    '/api/v1/namespaces/default/services',
    kind('v1', 'Service', { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] }),
  ],
  [
    '/api/v1/namespaces/default/configmaps',
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...metadata, name: 'settings' }, data: { a: 'b' } },
  ],
  [
    '/api/v1/namespaces/default/secrets',
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { ...metadata, name: 'keys' },
      type: 'Opaque',
      data: { one: 'MQ==' },
    },
  ],
  [
    '/api/v1/namespaces/default/secrets',
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { ...metadata, name: 'registry' },
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': Buffer.from('{"auths":{"r.example":{"auth":"YTpi"}}}').toString('base64') },
    },
  ],
  ['/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }],
]

function kind(apiVersion: string, name: string, spec: unknown): KubeObject {
  return { apiVersion, kind: name, metadata, spec: spec as Record<string, unknown> }
}
