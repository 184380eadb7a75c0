/** Everything Drover needs to know about a kind that has a pod template: one row each. */
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
  /** Rancher's spelling of the type; its id prefix is this in lower case. */
  v3Type: string
  short: readonly string[]
  /** Where the pod template is in the object; a bare Pod is its own. */
  template: readonly string[]
}

export type WorkloadKind = keyof typeof workloadKinds
