import type { KubeObject } from '../../../model/kube-object.ts'
import { StatusError } from '../../../model/status.ts'
import type { ClusterView } from '../../kubernetes/cluster-view.ts'
import { keyOf, type Watched } from '../../kubernetes/watched.ts'
import type { V3WorkloadKind } from '../mapping/kind-rows.ts'
import { isKeptFor, wantedServices } from './port-services.ts'
import { listOf, sameJson } from '../mapping/rows.ts'

/**
 * Makes a workload's port Services match the desired ones; `kept` are its existing ones. One that cannot be written
 * (its node port is taken) does not block the others.
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
    // a Service of that name made by a user, or of another type, is left alone
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

/** No valid Service matches the ports (a source port of -1): the workload is created nevertheless, as in Rancher. */
function isImpossible(error: unknown): boolean {
  return error instanceof StatusError && error.code === 422
}

/** Another server was faster; the next change corrects it. */
export function isOvertaken(error: unknown): boolean {
  return error instanceof StatusError && [404, 409].includes(error.code)
}

export function pathOf({ metadata }: KubeObject): string {
  return `/api/v1/namespaces/${metadata.namespace}/services/${metadata.name}`
}

function isHeadless({ spec }: KubeObject): boolean {
  return spec?.['clusterIP'] === 'None'
}

/** With the desired ports and selector; undefined if unchanged. */
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

/** A node port chosen by the cluster stays with its port. */
function keepNodePorts(existing: KubeObject, wanted: KubeObject): unknown[] {
  const today = listOf(existing.spec?.['ports'])
  return listOf(wanted.spec?.['ports']).map((port) => {
    const known = today.find(({ name, port: number }) => name === port['name'] && number === port['port'])
    const { nodePort } = known ?? {}
    return port['nodePort'] === undefined && nodePort ? { ...port, nodePort } : port
  })
}
