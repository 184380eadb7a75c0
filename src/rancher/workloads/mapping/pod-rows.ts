import { type Row, row, structure } from './rows.ts'
import { volumeConversion } from './volumes.ts'

/** Fields of a pod's spec that v3 shows under the same name at the top level of the workload. */
const sameName = [
  'activeDeadlineSeconds',
  'automountServiceAccountToken',
  'dnsPolicy',
  'enableServiceLinks',
  'hostAliases',
  'hostIPC',
  'hostNetwork',
  'hostPID',
  'hostname',
  'imagePullSecrets',
  'overhead',
  'preemptionPolicy',
  'readinessGates',
  'restartPolicy',
  'runtimeClassName',
  'serviceAccountName',
  'shareProcessNamespace',
  'subdomain',
  'terminationGracePeriodSeconds',
  'topologySpreadConstraints',
] as const

/** Fields of both a pod and a container. */
export const windowsOptions = structure(
  'windowsOptions',
  ['gmsaCredentialSpecName', 'gmsaCredentialSpec', 'runAsUserName'],
  'securityContext.windowsOptions',
)

const fixedRows: readonly Row[] = [
  ...sameName.map((field) => row(field)),
  ...structure('dnsConfig', ['nameservers', 'searches', 'options']),
  row('uid', 'securityContext.runAsUser'),
  row('runAsGroup', 'securityContext.runAsGroup'),
  row('runAsNonRoot', 'securityContext.runAsNonRoot'),
  row('fsgid', 'securityContext.fsGroup'),
  row('gids', 'securityContext.supplementalGroups'),
  row('sysctls', 'securityContext.sysctls'),
  ...windowsOptions,
  row('scheduling.scheduler', 'schedulerName'),
  row('scheduling.priorityClassName', 'priorityClassName'),
  row('scheduling.priority', 'priority'),
  row('scheduling.tolerate', 'tolerations'),
]

/** Inside a pod's spec: v3 path, Kubernetes path. Containers and `scheduling.node` have files of their own. */
export function podRows(namespace: string): readonly Row[] {
  return [...fixedRows, { v3: 'volumes', kube: 'volumes', item: volumeConversion(namespace) }]
}

/** The v3 fields that map to a pod's spec: sending one of them without `containers` removes the containers. */
export const podFields: ReadonlySet<string> = new Set([
  ...fixedRows.map(({ v3 }) => v3.split('.', 1)[0] ?? ''),
  'volumes',
  'scheduling',
  'nodeId',
  'containers',
])
