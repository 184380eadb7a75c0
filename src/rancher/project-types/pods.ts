import type { KubeObject } from '../../model/kube-object.ts'
import type { Call } from '../request/call.ts'
import { nodeId } from '../types/nodes.ts'
import { readPublicEndpoints } from '../workloads/services/public-endpoints.ts'
import { readTemplate } from '../workloads/mapping/read-workload.ts'
import { type Fields, fieldsOf, listOf, scalarText } from '../workloads/mapping/rows.ts'
import { v3WorkloadKinds, workloadPath } from '../workloads/workload-path.ts'
import { namespacedType } from './namespaced-type.ts'

export const podType = namespacedType({
  id: 'pod',
  plural: 'pods',
  kind: 'Pod',
  rows: [],
  stateful: true,
  read: readPod,
})

/** A pod is read like a template, plus the state of its containers. */
async function readPod(pod: KubeObject, call: Call): Promise<Fields> {
  const { namespace = '', annotations = {} } = pod.metadata
  const template = readTemplate(pod, namespace)
  const scheduling = withoutNode(fieldsOf(template['scheduling']))
  const { annotations: shown, labels: _labels, ...fields } = template
  const nodeName = pod.spec?.['nodeName']
  return {
    ...fields,
    ...(Object.keys(scheduling).length > 0 && { scheduling }),
    ...(shown !== undefined && { annotations: shown }),
    ...readPublicEndpoints(annotations),
    containers: readContainers(listOf(template['containers']), pod.status ?? {}),
    creatorId: null,
    nodeId: typeof nodeName === 'string' && nodeName !== '' ? nodeId(call.cluster.id, nodeName) : null,
    status: readStatus(pod.status ?? {}),
    workloadId: await workloadOf(pod, call),
  }
}

/** A field of its own tells the pod's node. */
function withoutNode({ node, ...scheduling }: Fields): Fields {
  const { nodeId: _nodeId, ...wishes } = fieldsOf(node)
  return { ...scheduling, ...(Object.keys(wishes).length > 0 && { node: wishes }) }
}

/** Status fields, from Kubernetes' names to v3's. */
function readStatus({ hostIP, podIP, ...status }: Fields): Fields {
  return {
    ...status,
    ...(hostIP !== undefined && { nodeIp: hostIP }),
    ...(podIP !== undefined && { podIp: podIP }),
  }
}

function readContainers(containers: readonly Fields[], status: Fields): Fields[] {
  const statuses = [...listOf(status['containerStatuses']), ...listOf(status['initContainerStatuses'])]
  return containers.map((container) => {
    const found = statuses.find(({ name }) => name === container['name'])
    if (!found) return { ...container, state: 'unknown' }
    return { ...container, restartCount: found['restartCount'] ?? 0, ...containerState(found) }
  })
}

function containerState({ state }: Fields): Fields {
  const { running, terminated, waiting } = fieldsOf(state)
  if (running !== undefined && running !== null) {
    return { state: 'running', transitioning: 'no', transitioningMessage: '', exitCode: null }
  }
  if (terminated !== undefined && terminated !== null) {
    const { exitCode, reason, message } = fieldsOf(terminated)
    const failed = exitCode !== 0
    return {
      state: 'terminated',
      transitioning: failed ? 'error' : 'no',
      transitioningMessage: scalarText(message ?? reason ?? ''),
      exitCode: exitCode ?? null,
    }
  }
  const { reason, message } = fieldsOf(waiting)
  return {
    state: 'waiting',
    transitioning: 'yes',
    transitioningMessage: [reason, message].map(scalarText).filter(Boolean).join(': '),
    exitCode: null,
  }
}

/** The workload shown in lists: a ReplicaSet's Deployment, a Job's CronJob, else the owner itself. */
async function workloadOf(object: KubeObject, call: Call): Promise<string | null> {
  const owner = (object.metadata.ownerReferences ?? []).find(({ controller }) => controller === true)
  if (!owner) return null
  const kind = v3WorkloadKinds.find((one) => one === owner.kind.toLowerCase())
  if (!kind) return null
  const { namespace = '' } = object.metadata
  if (kind === 'replicaset' || kind === 'job') {
    const watched = await call.cluster.watched(workloadPath(kind))
    const maker = watched.get(`${namespace}/${owner.name}`)
    const above = maker ? await workloadOf(maker, call) : null
    if (above !== null) return above
  }
  return `${kind}:${namespace}:${owner.name}`
}
