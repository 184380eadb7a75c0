import type { KubeClient } from '../../src/kube/index.ts'
import { workloadKinds, type WorkloadKind } from '../../src/model/workload-kinds.ts'
import type { RolloutEvent, Verdict, WorkloadName } from '../../src/rollout/index.ts'

let count = 0

export interface WorkloadChoices {
  image?: string
  replicas?: number
  /** Merged over the fields of the workload, its metadata and its pods. */
  spec?: object
  metadata?: object
  podSpec?: object
}

/** Creates a workload with one container `app` and returns its names. `spec` is merged over it. */
export async function makeWorkload(
  kube: KubeClient,
  namespace: string,
  kind: WorkloadKind,
  { image = 'registry.example/app:1', replicas = 1, spec = {}, metadata = {}, podSpec = {} }: WorkloadChoices = {},
): Promise<WorkloadName> {
  const name = `w${++count}-${Math.random().toString(36).slice(2, 7)}`
  const labels = { app: name }
  const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image }], ...podSpec } }
  const scaled = kind === 'daemonset' ? {} : { replicas }
  const specs: Partial<Record<WorkloadKind, object>> = {
    pod: template.spec,
    job: { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } },
    cronjob: {
      schedule: '0 0 1 1 *',
      jobTemplate: { spec: { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } } },
    },
    replicationcontroller: { ...scaled, selector: labels, template, ...spec },
  }
  const whole = specs[kind] ?? { ...scaled, selector: { matchLabels: labels }, template, ...spec }
  const { apiVersion, plural, kind: kubeKind } = workloadKinds[kind]
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  if (kind === 'statefulset') Object.assign(whole, { serviceName: name })
  await kube.create(`${root}/namespaces/${namespace}/${plural}`, {
    apiVersion,
    kind: kubeKind,
    metadata: { name, ...metadata, ...(kind === 'pod' && { labels }) },
    spec: whole,
  })
  return { kind, namespace, name }
}

export async function lastOf(
  events: AsyncIterable<RolloutEvent>,
): Promise<{ verdict: Verdict; events: RolloutEvent[] }> {
  const all: RolloutEvent[] = []
  for await (const event of events) all.push(event)
  const last = all.at(-1)
  if (last?.step !== 'verdict') throw new Error('the last event is no verdict')
  return { verdict: last.verdict, events: all }
}

export function pathOf({ kind, namespace, name }: WorkloadName): string {
  const { apiVersion, plural } = workloadKinds[kind]
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  return `${root}/namespaces/${namespace}/${plural}/${name}`
}
