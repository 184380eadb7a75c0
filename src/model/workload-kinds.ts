/** Everything Drover needs to know about a kind with a pod template. */
export const workloadKinds = {
  deployment: {
    kind: 'Deployment',
    plural: 'deployments',
    apiVersion: 'apps/v1',
    v3Type: 'deployment',
    short: ['deploy'],
    template: ['spec', 'template'],
  },
  statefulset: {
    kind: 'StatefulSet',
    plural: 'statefulsets',
    apiVersion: 'apps/v1',
    v3Type: 'statefulSet',
    short: ['sts'],
    template: ['spec', 'template'],
  },
  daemonset: {
    kind: 'DaemonSet',
    plural: 'daemonsets',
    apiVersion: 'apps/v1',
    v3Type: 'daemonSet',
    short: ['ds'],
    template: ['spec', 'template'],
  },
  cronjob: {
    kind: 'CronJob',
    plural: 'cronjobs',
    apiVersion: 'batch/v1',
    v3Type: 'cronJob',
    short: ['cj'],
    template: ['spec', 'jobTemplate', 'spec', 'template'],
  },
  job: {
    kind: 'Job',
    plural: 'jobs',
    apiVersion: 'batch/v1',
    v3Type: 'job',
    short: [],
    template: ['spec', 'template'],
  },
  replicaset: {
    kind: 'ReplicaSet',
    plural: 'replicasets',
    apiVersion: 'apps/v1',
    v3Type: 'replicaSet',
    short: ['rs'],
    template: ['spec', 'template'],
  },
  replicationcontroller: {
    kind: 'ReplicationController',
    plural: 'replicationcontrollers',
    apiVersion: 'v1',
    v3Type: 'replicationController',
    short: ['rc'],
    template: ['spec', 'template'],
  },
  pod: {
    kind: 'Pod',
    plural: 'pods',
    apiVersion: 'v1',
    v3Type: 'pod',
    short: ['po'],
    template: [],
  },
} as const satisfies Record<string, WorkloadKindRow>

interface WorkloadKindRow {
  kind: string
  plural: string
  apiVersion: string
  /** Rancher's name of the type; in lower case, its id prefix. */
  v3Type: string
  short: readonly string[]
  /** Path of the pod template in the object. A bare Pod is its own template. */
  template: readonly string[]
}

export type WorkloadKind = keyof typeof workloadKinds
