import { DroverError } from '../model/errors.ts'
import { workloadKinds, type WorkloadKind } from '../model/workload-kinds.ts'
import type { WorkloadName } from './verdict.ts'

/** A workload and its location. */
export interface TargetAddress {
  workload: WorkloadName
  /** Base URL of the server, up to the API or pages, without a trailing slash. */
  server?: string
  cluster?: string
  /** `c-abcde:p-fghij`. */
  project?: string
}

/**
 * Paths of Rancher's API and UI that identify a workload. Named groups: cluster, project, id, or type, namespace and
 * name.
 */
const paths: readonly RegExp[] = [
  // /v3/project/c-abcde:p-fghij/workloads/deployment:default:web, also /deployments/…
  /^(?<server>.*?)\/v3\/projects?\/(?<project>[^/]+)\/[a-z]+\/(?<id>[^/]+)\/?$/i,
  // pages of Rancher 2.0 to 2.5: /p/c-abcde:p-fghij/workload/deployment:default:web
  /^(?<server>.*?)\/p\/(?<project>[^/]+)\/workloads?\/(?<id>[^/]+?)(?:\/[a-z-]*)?$/i,
  // pages since 2.5: /dashboard/c/c-abcde/explorer/apps.deployment/default/web
  /^(?<server>.*?)\/dashboard\/c\/(?<cluster>[^/]+)\/(?:explorer|manager|apps)\/(?<type>[^/]+)\/(?<namespace>[^/]+)\/(?<name>[^/]+)\/?$/i,
  // Kubernetes behind Rancher: /k8s/clusters/c-abcde/apis/apps/v1/namespaces/default/deployments/web
  /^(?<server>.*?)\/k8s\/clusters\/(?<cluster>[^/]+)\/apis?\/(?:[^/]+\/)?v[^/]+\/namespaces\/(?<namespace>[^/]+)\/(?<type>[^/]+)\/(?<name>[^/]+)\/?$/i,
  // Rancher's Steve API: /k8s/clusters/c-abcde/v1/apps.deployments/default/web, without the cluster for the local one
  /^(?<server>.*?)(?:\/k8s\/clusters\/(?<cluster>[^/]+))?\/v1\/(?<type>[^/]+)\/(?<namespace>[^/]+)\/(?<name>[^/]+)\/?$/i,
]

/**
 * Parses `deployment/web` (in `namespace`, default `default`), a Rancher id such as `deployment:default:web`, or a URL
 * of Rancher's API or UI. Raises INVALID with an example.
 */
export function parseTarget(text: string, { namespace = 'default' }: { namespace?: string } = {}): TargetAddress {
  const trimmed = text.trim()
  if (/^https?:\/\//i.test(trimmed)) return parseAddress(trimmed)
  const parts = trimmed.split(trimmed.includes(':') ? ':' : '/')
  const [kind = '', second = '', third] = parts
  if (parts.length === 3 && trimmed.includes(':')) return { workload: workloadName(text, kind, second, third ?? '') }
  if (parts.length === 2 && !trimmed.includes(':')) return { workload: workloadName(text, kind, namespace, second) }
  return refuse(text, 'it is neither KIND/NAME nor KIND:NAMESPACE:NAME nor the address of a workload')
}

function parseAddress(text: string): TargetAddress {
  const url = new URL(text)
  for (const pattern of paths) {
    const found = pattern.exec(url.pathname)?.groups
    if (!found) continue
    const { server = '', project, id } = found
    const ids = project === undefined ? undefined : decodeURIComponent(project)
    const [type = '', namespace = '', name = ''] = id
      ? decodeURIComponent(id).split(':')
      : [found.type, found.namespace, found.name].map((part) => decodeURIComponent(part ?? ''))
    const cluster = found.cluster ?? ids?.split(':')[0]
    return {
      workload: workloadName(text, type.slice(type.lastIndexOf('.') + 1), namespace, name),
      server: `${url.origin}${server}`,
      ...(cluster !== undefined && { cluster }),
      ...(ids !== undefined && { project: ids }),
    }
  }
  return refuse(text, 'it is not the address of a workload; open the workload, or its "View in API", and copy that')
}

function workloadName(text: string, kindText: string, namespace: string, name: string): WorkloadName {
  const kind = kindNamed(kindText)
  if (!kind) {
    const kinds = Object.keys(workloadKinds).join(', ')
    return refuse(text, `${JSON.stringify(kindText)} is no kind with a pod template; there are ${kinds}`)
  }
  for (const part of [namespace, name]) {
    if (!/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(part) || part.length > 253) {
      return refuse(text, `${JSON.stringify(part)} is no Kubernetes name (lower case, digits, "-" and ".")`)
    }
  }
  return { kind, namespace, name }
}

/** Accepts singular, plural, Rancher's spelling and kubectl's short name, in any case. */
export function kindNamed(text: string): WorkloadKind | undefined {
  const wanted = text.toLowerCase()
  const names = Object.entries(workloadKinds) as [WorkloadKind, (typeof workloadKinds)[WorkloadKind]][]
  return names.find(
    ([kind, { plural, short }]) =>
      kind === wanted || plural === wanted || (short as readonly string[]).includes(wanted),
  )?.[0]
}

function refuse(text: string, problem: string): never {
  const right = 'expected deployment/NAME, deployment:NAMESPACE:NAME, or an address copied from Rancher'
  throw new DroverError('INVALID', `not a workload: ${JSON.stringify(text)}: ${problem}; ${right}`)
}

/** For example `deployment/web in default`. */
export function showWorkload({ kind, namespace, name }: WorkloadName): string {
  return `${kind}/${name} in ${namespace}`
}
