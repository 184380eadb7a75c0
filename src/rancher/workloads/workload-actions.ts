import type { KubeObject } from '../../model/kube-object.ts'
import { StatusError } from '../../model/status.ts'
import { workloadKinds } from '../../model/workload-kinds.ts'
import type { Call } from '../request/call.ts'
import { V3Error } from '../answer/failure.ts'
import { documentIn } from '../schema/validate.ts'
import { type ActionHandler, empty, type Result } from '../schema/v3-type.ts'
import { type Fields, fieldsOf, valueAt, scalarText } from './mapping/rows.ts'
import { parseWorkloadId, type WorkloadId, workloadPath } from './workload-path.ts'
import { accept, type Found, findWorkload } from './workload-store.ts'

export type ParseId = (id: string) => WorkloadId

/** The redeployment timestamp; a new value starts a rollout. */
const timestampAnnotation = 'cattle.io/timestamp'

/** Rancher writes the whole document for each of these; we change a single field. */
export function workloadActions(parse: ParseId = parseWorkloadId): Readonly<Record<string, ActionHandler>> {
  return {
    redeploy: async (call, id) => redeploy(call, await findWorkload(call, parse(id))),
    pause: async (call, id) => pause(call, await findWorkload(call, parse(id)), id),
    resume: async (call, id) => resume(call, await findWorkload(call, parse(id)), id),
    rollback: async (call, id) => rollback(call, await findWorkload(call, parse(id)), id),
  }
}

/** The actions that a resource's document offers. */
export function offeredActions(type: string): readonly string[] {
  if (type === 'deployment') return ['pause', 'redeploy', 'resume', 'rollback']
  return type === 'job' ? [] : ['redeploy']
}

async function redeploy(call: Call, found: Found): Promise<Result> {
  const timestamp = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
  const annotations = { [timestampAnnotation]: timestamp }
  const path = workloadKinds[found.id.kind].template
  const change = path.reduceRight<Fields>((inner, key) => ({ [key]: inner }), { metadata: { annotations } })
  return await patch(call, found, change)
}

async function pause(call: Call, found: Found, id: string): Promise<Result> {
  if (found.id.kind !== 'deployment') return empty
  if (isPaused(found.object)) throw new V3Error('InvalidAction', `Deployment ${id} already paused`)
  return await patch(call, found, { spec: { paused: true } })
}

async function resume(call: Call, found: Found, id: string): Promise<Result> {
  if (!isPaused(found.object)) throw new V3Error('InvalidAction', `Pause deployment ${id} before resume`)
  return await patch(call, found, { spec: { paused: null } })
}

function isPaused(object: KubeObject): boolean {
  return object.spec?.['paused'] === true
}

async function patch(call: Call, { id: { kind, namespace, name } }: Found, body: Fields): Promise<Result> {
  await accept(call, kind, await call.cluster.kube.patch(workloadPath(kind, namespace, name), { type: 'merge', body }))
  return empty
}

/** Restores the pod spec of one of the Deployment's own ReplicaSets; Rancher accepts any ReplicaSet. */
async function rollback(call: Call, found: Found, id: string): Promise<Result> {
  const { kind, namespace, name } = found.id
  const replicaSetId = await rollbackInput(call)
  if (kind !== 'deployment') {
    const message = `Error getting deployment ${name}: deployments.apps "${name}" not found`
    throw new V3Error('InvalidAction', message)
  }
  const [, , replicaSet = ''] = replicaSetId.split(':')
  const value = await revisionSpec(call, found.object, replicaSetId, replicaSet, id)
  // writes nothing else, so it does not conflict with status updates
  const operations = [
    { op: 'test', path: '/metadata/uid', value: found.object.metadata.uid },
    { op: 'replace', path: '/spec/template/spec', value },
  ] as const
  const changed = await call.cluster.kube.patch(workloadPath(kind, namespace, name), { type: 'json', operations })
  await accept(call, kind, changed)
  return empty
}

async function rollbackInput(call: Call): Promise<string> {
  try {
    const given = documentIn(await call.readBody())['replicaSetId']
    const text = given === null || given === undefined ? '' : scalarText(given)
    const parts = text.split(':')
    if (parts.length === 3 && parts[0] === 'replicaset') return text
    if (call.id !== undefined && !call.id.startsWith('deployment:')) return text
    throw new V3Error('InvalidReference', `Invalid ReplicaSet ${text}`)
  } catch (error) {
    if (!(error instanceof V3Error && error.code === 'InvalidBodyContent')) throw error
    throw new V3Error('InvalidBodyContent', `Failed to parse action body: ${error.toString()}`)
  }
}

async function revisionSpec(
  call: Call,
  deployment: KubeObject,
  replicaSetId: string,
  name: string,
  id: string,
): Promise<Fields> {
  const missing = new V3Error('NotFound', `ReplicaSet ${replicaSetId} not found for deployment ${id}`)
  const { namespace = '', uid } = deployment.metadata
  if (replicaSetId.split(':')[1] !== namespace || name === '') throw missing
  try {
    const replicaSet = await call.cluster.kube.get(workloadPath('replicaset', namespace, name))
    const owners = replicaSet.metadata.ownerReferences ?? []
    if (!owners.some((owner) => owner.uid === uid)) throw missing
    return fieldsOf(valueAt(replicaSet, 'spec.template.spec'))
  } catch (error) {
    if (error instanceof StatusError && error.code === 404) throw missing
    throw error
  }
}
