import { workloadKinds } from '../../model/workload-kinds.ts'
import { V3Error } from '../answer/failure.ts'
import { kindRows, type V3WorkloadKind } from './mapping/kind-rows.ts'

export const v3WorkloadKinds = Object.keys(kindRows) as readonly V3WorkloadKind[]

/** Kubernetes paths of a kind's objects, of a namespace, and of one object. */
export function workloadPath(kind: V3WorkloadKind, namespace?: string, name?: string): string {
  const { apiVersion, plural } = workloadKinds[kind]
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`
  return `${root}${scope}/${plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`
}

export interface WorkloadId {
  kind: V3WorkloadKind
  namespace: string
  name: string
}

/** Parses `deployment:default:web`; with more than three parts the last is the name. Raises 404 in Rancher's words. */
export function parseWorkloadId(id: string): WorkloadId {
  const parts = id.split(':')
  const type = parts.length === 1 ? '' : (parts[0] ?? '')
  const kind = v3WorkloadKinds.find((one) => one === type)
  if (!kind) throw new V3Error('NotFound', `failed to find type ${type}`)
  const namespace = parts[1] ?? ''
  const name = parts.length < 3 ? '' : (parts.at(-1) ?? '')
  if (namespace === '' || name === '') throw new V3Error('NotFound', 'failed to find resource by id')
  return { kind, namespace, name }
}

/** In Kubernetes' words. Also used for an object in another project's namespace, whose existence is not revealed. */
export function workloadNotFound({ kind, name }: WorkloadId): V3Error {
  const { apiVersion, plural } = workloadKinds[kind]
  const group = apiVersion.includes('/') ? `.${apiVersion.slice(0, apiVersion.indexOf('/'))}` : ''
  return new V3Error('NotFound', `${plural}${group} "${name}" not found`)
}
