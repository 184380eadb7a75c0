import type { KubeObject } from '../../model/kube-object.ts'

/**
 * The world of a widely copied article on changing an image through Rancher's API: its cluster, project, workload and image,
 * and a few neighbours so that lists look alive. Created through the Kubernetes API like anybody's objects.
 */
export const article = {
  clusterId: 'c-l5nxb',
  projectId: 'p-dghs7',
  registry: '10.212.82.86:1180',
  workload: 'admin-master',
} as const

interface Neighbour {
  namespace: string
  name: string
  image: string
  port: number
  replicas: number
}

const neighbours: readonly Neighbour[] = [
  { namespace: 'default', name: 'gateway', image: `${article.registry}/java/gateway:17`, port: 8080, replicas: 2 },
  { namespace: 'default', name: 'portal', image: `${article.registry}/web/portal:2.4.1`, port: 80, replicas: 2 },
  { namespace: 'default', name: 'redis', image: 'redis:5.0.9', port: 6379, replicas: 1 },
  { namespace: 'shop', name: 'orders', image: `${article.registry}/java/orders:9`, port: 8080, replicas: 3 },
  { namespace: 'shop', name: 'stock', image: `${article.registry}/java/stock:12`, port: 8080, replicas: 1 },
]

/** In the order in which they have to be created. The namespace default is there, and in the default project. */
export function articleObjects(): KubeObject[] {
  return [
    namespace('shop'),
    adminMaster(),
    adminMasterService(),
    ...neighbours.flatMap((neighbour) => [neighbourDeployment(neighbour), neighbourService(neighbour)]),
  ]
}

function namespace(name: string): KubeObject {
  // Rancher's own mark of a namespace's project.
  const annotations = { 'field.cattle.io/projectId': `${article.clusterId}:${article.projectId}` }
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, annotations } }
}

function selectorOf(namespace: string, name: string): Record<string, string> {
  return { 'workload.user.cattle.io/workloadselector': `deployment-${namespace}-${name}` }
}

/** As Rancher 2.4.3 stores the workload that the article shows. */
function adminMaster(): KubeObject {
  const { workload: name, registry } = article
  const labels = selectorOf('default', name)
  const port = { containerPort: 8088, dnsName: `${name}-nodeport`, hostPort: 0, kind: 'NodePort', name: 'tcp-8088' }
  const ports = [[{ ...port, protocol: 'TCP', sourcePort: 0, type: '/v3/project/schemas/containerPort' }]]
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace: 'default',
      labels: { 'cattle.io/creator': 'norman', ...labels },
      annotations: { 'field.cattle.io/creatorId': 'user-kmvzg' },
    },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      template: {
        metadata: {
          labels,
          annotations: {
            'cattle.io/timestamp': '2020-06-22T10:42:46Z',
            'field.cattle.io/ports': JSON.stringify(ports),
          },
        },
        spec: {
          containers: [
            {
              name,
              image: `${registry}/java/admin-master:32`,
              imagePullPolicy: 'Always',
              ports: [{ name: 'tcp-8088', containerPort: 8088, protocol: 'TCP' }],
              resources: {},
              securityContext: {
                allowPrivilegeEscalation: false,
                privileged: false,
                readOnlyRootFilesystem: false,
                runAsNonRoot: false,
              },
              stdin: true,
              tty: true,
            },
          ],
        },
      },
    },
  }
}

function adminMasterService(): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: `${article.workload}-nodeport`,
      namespace: 'default',
      labels: { 'cattle.io/creator': 'norman' },
      annotations: { 'field.cattle.io/targetWorkloadIds': `["deployment:default:${article.workload}"]` },
    },
    spec: {
      type: 'NodePort',
      selector: selectorOf('default', article.workload),
      ports: [{ name: 'tcp-8088', port: 8088, targetPort: 8088, nodePort: 32_572, protocol: 'TCP' }],
    },
  }
}

function neighbourDeployment({ namespace, name, image, port, replicas }: Neighbour): KubeObject {
  const labels = selectorOf(namespace, name)
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name, image, ports: [{ containerPort: port }] }] } },
    },
  }
}

function neighbourService({ namespace, name, port }: Neighbour): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { selector: selectorOf(namespace, name), ports: [{ port, targetPort: port }] },
  }
}
