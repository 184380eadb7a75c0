import type { KubeObject } from '../resource.ts'
import { timestamp } from './clock.ts'
import type { Context, Controller } from './controller.ts'
import { shortHash, sameStable, stableText } from './hash.ts'
import { selects } from '../../model/label-selector.ts'
import {
  controlledBy,
  isDeleting,
  keyOf,
  splitKey,
  type Labels,
  type Pod,
  type Service,
  type ServicePort,
  type Stored,
} from './objects.ts'
import { isFinished, isReady } from './pod-state.ts'
import { term, type View } from './view.ts'

const triggerTime = 'endpoints.kubernetes.io/last-change-trigger-time'

/** Maintains Endpoints and EndpointSlices of services with selectors. */
export function endpointsController(context: Context): Controller {
  const { view } = context
  const selecting = new SelectingServices()
  return {
    name: 'endpoints',
    watches: {
      Service: ({ type, object }) => {
        selecting.put(object, type !== 'DELETED')
        return [keyOf(object)]
      },
      Pod: ({ object, previous }) => {
        if (previous && sameStable(facts(previous), facts(object))) return []
        return [...selecting.of(object), ...(previous ? selecting.of(previous) : [])]
      },
      Endpoints: ({ type, object }) => (type === 'DELETED' ? [keyOf(object)] : []),
    },
    async reconcile(key) {
      const { namespace, name } = splitKey(key)
      const service = view.find('Service', namespace, name)
      if (!service) return forget(view, namespace, name)
      if (!service.spec.selector || Object.keys(service.spec.selector).length === 0) return
      const pods = view.labelled('Pod', namespace, service.spec.selector)
      await writeEndpoints(context, service, pods)
      await writeSlice(context, service, pods)
    },
  }
}

/** The part of a pod that endpoints show. */
function facts(pod: Pod): unknown[] {
  return [isReady(pod), isDeleting(pod), isFinished(pod), pod.status?.podIP, pod.metadata.labels]
}

/** An index of services by one pair of their selector, so that a pod's change checks few of them. */
class SelectingServices {
  readonly #byPair = new Map<string, Map<string, Labels>>()
  readonly #pairs = new Map<string, string>()

  put(service: Service, exists: boolean): void {
    const key = keyOf(service)
    this.#byPair.get(this.#pairs.get(key) ?? '')?.delete(key)
    const { selector = {} } = service.spec
    const [first] = Object.entries(selector).sort(([one], [other]) => (one < other ? -1 : 1))
    if (!exists || !first) return
    const pair = term.label(service.metadata.namespace, ...first)
    this.#pairs.set(key, pair)
    const services = this.#byPair.get(pair)
    if (services) services.set(key, selector)
    else this.#byPair.set(pair, new Map([[key, selector]]))
  }

  of({ metadata }: Pod): string[] {
    return Object.entries(metadata.labels ?? {}).flatMap(([key, value]) =>
      [...(this.#byPair.get(term.label(metadata.namespace, key, value)) ?? [])]
        .filter(([, matchLabels]) => selects({ matchLabels }, metadata.labels))
        .map(([service]) => service),
    )
  }
}

async function forget(view: View, namespace: string | undefined, name: string): Promise<void> {
  const endpoints = view.find('Endpoints', namespace, name)
  if (endpoints) await view.delete('Endpoints', endpoints)
}

interface Address {
  ip: string
  nodeName?: string
  hostname?: string
  targetRef: Record<string, unknown>
}

/** The pods behind a service, without those that have no address or are terminating. */
function addressesOf(pods: readonly Pod[]): { pod: Pod; ready: boolean; address: Address }[] {
  return pods
    .filter((pod) => !isDeleting(pod) && !isFinished(pod) && pod.status?.podIP)
    .map((pod) => ({ pod, ready: isReady(pod), address: addressOf(pod) }))
    .sort((one, other) => (one.address.ip < other.address.ip ? -1 : 1))
}

function addressOf({ metadata, spec, status }: Pod): Address {
  const { namespace, name, uid, resourceVersion } = metadata
  return {
    ip: status?.podIP ?? '',
    ...(spec.hostname && spec.subdomain && { hostname: spec.hostname }),
    ...(spec.nodeName && { nodeName: spec.nodeName }),
    targetRef: { kind: 'Pod', namespace, name, uid, resourceVersion },
  }
}

interface Port {
  name?: string
  port: number
  protocol: string
  appProtocol?: string
}

/** The container port behind a service port; undefined for an unknown name. */
function portOf(pod: Pod, { name, port, protocol = 'TCP', targetPort = port, appProtocol }: ServicePort): Port[] {
  const number = typeof targetPort === 'number' ? targetPort : namedPort(pod, targetPort, protocol)
  if (number === undefined) return []
  return [{ ...(name && { name }), port: number, protocol, ...(appProtocol && { appProtocol }) }]
}

function namedPort(pod: Pod, name: string, protocol: string): number | undefined {
  const ports = pod.spec.containers.flatMap(
    (container) => (container as { ports?: { name?: string; containerPort: number; protocol?: string }[] }).ports ?? [],
  )
  return ports.find((port) => port.name === name && (port.protocol ?? 'TCP') === protocol)?.containerPort
}

interface Subset {
  addresses?: Address[]
  notReadyAddresses?: Address[]
  ports?: Port[]
}

/** The subsets of an Endpoints object: pods with the same ports together, split by readiness. */
function subsetsOf({ spec }: Service, pods: readonly Pod[]): Subset[] {
  const groups = new Map<string, { ports: Port[]; ready: Address[]; unready: Address[] }>()
  for (const { pod, ready, address } of addressesOf(pods)) {
    const ports = (spec.ports ?? []).flatMap((port) => portOf(pod, port))
    const group = groups.get(stableText(ports)) ?? { ports, ready: [], unready: [] }
    groups.set(stableText(ports), group)
    if (ready || spec.publishNotReadyAddresses) group.ready.push(address)
    else group.unready.push(address)
  }
  return [...groups.values()].map(({ ports, ready, unready }) => ({
    ...(ready.length > 0 && { addresses: ready }),
    ...(unready.length > 0 && { notReadyAddresses: unready }),
    ...(ports.length > 0 && { ports }),
  }))
}

/** For comparison, ignoring pods' resourceVersions. */
function withoutVersions(value: unknown): string {
  return stableText(value).replace(/,?"resourceVersion":"\d+"/g, '')
}

async function writeEndpoints({ view, clock }: Context, service: Service, pods: readonly Pod[]): Promise<void> {
  const { name, namespace, labels } = service.metadata
  const subsets = subsetsOf(service, pods)
  const known = view.find('Endpoints', namespace, name)
  const same = known && withoutVersions(known['subsets'] ?? []) === withoutVersions(subsets)
  if (same && sameStable(known.metadata.labels ?? {}, labels ?? {})) return
  const annotations = subsets.length > 0 || !known ? { [triggerTime]: timestamp(clock.now()) } : undefined
  const metadata = {
    ...(known?.metadata ?? { name, namespace }),
    ...(labels && { labels }),
  } as Stored['metadata']
  if (annotations) metadata.annotations = annotations
  else delete metadata.annotations
  const endpoints = {
    ...(known ?? { apiVersion: 'v1', kind: 'Endpoints' }),
    metadata,
    ...(subsets.length > 0 && { subsets }),
  } as Stored
  if (subsets.length === 0) delete endpoints['subsets']
  await (known ? view.update('Endpoints', endpoints) : view.create('Endpoints', endpoints))
}

const sliceLabel = 'kubernetes.io/service-name'

async function writeSlice({ view }: Context, service: Service, pods: readonly Pod[]): Promise<void> {
  if (!view.serves('EndpointSlice')) return
  const { name, namespace } = service.metadata
  const wished = sliceOf(service, pods)
  const [known] = view.labelled('EndpointSlice', namespace, { [sliceLabel]: name })
  if (!known) {
    await view.create('EndpointSlice', wished)
    return
  }
  const same = (field: string) => withoutVersions(known[field] ?? []) === withoutVersions(wished[field] ?? [])
  if (same('endpoints') && same('ports')) return
  await view.update('EndpointSlice', { ...known, endpoints: wished['endpoints'], ports: wished['ports'] })
}

/** One slice per service: embedded services stay far below the limit of 100, and a larger slice is still valid. */
function sliceOf(service: Service, pods: readonly Pod[]): KubeObject {
  const { name, namespace, labels } = service.metadata
  const addresses = addressesOf(pods)
  const ports = new Map(
    addresses
      .flatMap(({ pod }) => (service.spec.ports ?? []).flatMap((port) => portOf(pod, port)))
      .map((port) => [stableText(port), { name: '', ...port }]),
  )
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-${shortHash(service.metadata.uid).slice(0, 5)}`,
      namespace: namespace ?? '',
      labels: {
        ...labels,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        [sliceLabel]: name,
      },
      ownerReferences: [controlledBy(service, 'v1', 'Service')],
    },
    addressType: 'IPv4',
    endpoints: addresses.map(({ ready, address: { ip, nodeName, hostname, targetRef } }) => ({
      addresses: [ip],
      conditions: {
        ready: ready || Boolean(service.spec.publishNotReadyAddresses),
        serving: ready,
        terminating: false,
      },
      ...(hostname && { hostname }),
      targetRef,
      ...(nodeName && { nodeName }),
    })),
    ports: [...ports.values()],
  }
}
