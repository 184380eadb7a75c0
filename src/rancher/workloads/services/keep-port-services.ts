import type { KubeObject } from '../../../model/kube-object.ts'
import { StatusError } from '../../../model/status.ts'
import type { ClusterView } from '../../kubernetes/cluster-view.ts'
import { keyOf, type Watched } from '../../kubernetes/watched.ts'
import type { V3WorkloadKind } from '../mapping/kind-rows.ts'
import { isKeptFor, wantedServices } from './port-services.ts'
import { listOf, sameJson } from '../mapping/rows.ts'

/**
 * Brings the services of a workload's ports to those that are wanted; `kept` are those that were made for it so far. One that
 * cannot be written (a node port that is taken) does not keep the others from it.
 */
export async function keepPortServices(
  { kube }: ClusterView,
  services: Watched,
  kept: readonly KubeObject[],
  { kind, workload }: { kind: V3WorkloadKind; workload: KubeObject },
): Promise<void> {
  const wanted = wantedServices(kind, workload)
  if (wanted.length === 0) return
  const names = new Set(wanted.map(keyOf))
  const unwanted = kept.filter((service) => !names.has(keyOf(service)))
  const writes = await Promise.allSettled([...wanted.map(keep), ...unwanted.map(remove)])
  const failed = writes.find(
    (write) => write.status === 'rejected' && !isOvertaken(write.reason) && !isImpossible(write.reason),
  )
  if (failed?.status === 'rejected') throw failed.reason

  async function keep(service: KubeObject): Promise<void> {
    const existing = services.get(keyOf(service))
    if (!existing) return create(service)
    // one of that name that someone made himself, or of another type, is left alone
    if (!isKeptFor(workload, existing) || existing.spec?.['type'] !== service.spec?.['type']) return
    if (isHeadless(existing) !== isHeadless(service)) {
      await remove(existing)
      return create(service)
    }
    const adjusted = adjust(existing, service)
    if (adjusted) services.accept(await kube.replace(pathOf(existing), adjusted))
  }

  async function create(service: KubeObject): Promise<void> {
    const path = pathOf(service)
    services.accept(await kube.create(path.slice(0, path.lastIndexOf('/')), service))
  }

  async function remove(service: KubeObject): Promise<void> {
    await kube.remove(pathOf(service), { preconditions: { uid: service.metadata.uid } })
    services.forget(keyOf(service))
  }
}

/** No Service can be as the ports say it (a source port of -1): the workload is made all the same, as Rancher makes it. */
function isImpossible(error: unknown): boolean {
  return error instanceof StatusError && error.code === 422
}

/** Somebody was faster: the next change tells. */
export function isOvertaken(error: unknown): boolean {
  return error instanceof StatusError && [404, 409].includes(error.code)
}

export function pathOf({ metadata }: KubeObject): string {
  return `/api/v1/namespaces/${metadata.namespace}/services/${metadata.name}`
}

function isHeadless({ spec }: KubeObject): boolean {
  return spec?.['clusterIP'] === 'None'
}

/** With the ports and the selector that are wanted; undefined where it has them. */
function adjust(existing: KubeObject, wanted: KubeObject): KubeObject | undefined {
  const ports = keepNodePorts(existing, wanted)
  if (sameJson(essentials(existing), essentials({ ...wanted, spec: { ...wanted.spec, ports } }))) return undefined
  return { ...existing, spec: { ...existing.spec, selector: wanted.spec?.['selector'], ports } }
}

function essentials({ spec = {} }: KubeObject): unknown {
  const ports = listOf(spec['ports']).map(({ name, protocol, port, targetPort, nodePort }) => ({
    name: name ?? '',
    protocol: protocol ?? 'TCP',
    port,
    targetPort,
    nodePort: nodePort ?? 0,
  }))
  return { ports, selector: spec['selector'] ?? {} }
}

/** A node port that the cluster chose stays with its port. */
function keepNodePorts(existing: KubeObject, wanted: KubeObject): unknown[] {
  const today = listOf(existing.spec?.['ports'])
  return listOf(wanted.spec?.['ports']).map((port) => {
    const known = today.find(({ name, port: number }) => name === port['name'] && number === port['port'])
    const { nodePort } = known ?? {}
    return port['nodePort'] === undefined && nodePort ? { ...port, nodePort } : port
  })
}
