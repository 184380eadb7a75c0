import { selects } from '../../model/label-selector.ts'
import type { LabelSelector, Node, Pod } from './objects.ts'
import { term, type View } from './view.ts'

/** Required pod affinity and anti-affinity. Preferences and topologySpreadConstraints are ignored. */

interface AffinityTerm {
  labelSelector?: LabelSelector
  topologyKey: string
  namespaces?: string[]
  namespaceSelector?: LabelSelector
}

type Kind = 'podAffinity' | 'podAntiAffinity'

function requiredTerms({ spec }: Pod, kind: Kind): readonly AffinityTerm[] {
  const affinity = spec.affinity?.[kind] as
    { requiredDuringSchedulingIgnoredDuringExecution?: AffinityTerm[] } | undefined
  return affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
}

export function wantsCompany(pod: Pod): boolean {
  return requiredTerms(pod, 'podAffinity').length > 0
}

export function keepsOthersAway(pod: Pod): boolean {
  return requiredTerms(pod, 'podAntiAffinity').length > 0
}

/** Where pods are, including those being bound. */
export interface Placement {
  view: View
  nodeOf: (pod: Pod) => string | undefined
  /** Placed pods with anti-affinity. */
  guarded: Iterable<Pod>
}

/** Why a node is excluded by pod affinity, in the scheduler's words; undefined if it is not. */
export function affinityRefusal(pod: Pod, placement: Placement): (node: Node) => string | undefined {
  const near = requiredTerms(pod, 'podAffinity').map((one) => ({ term: one, domains: domainsOf(pod, one, placement) }))
  const far = requiredTerms(pod, 'podAntiAffinity').map((one) => domainsOf(pod, one, placement))
  const guarded = guardedDomains(pod, placement)
  return (node) => {
    const isIn = (domains: ReadonlySet<string>) => domainsWith(node).some((domain) => domains.has(domain))
    if (near.some(({ term, domains }) => !isIn(domains) && !beginsCompany(pod, term, domains)))
      return "node(s) didn't match pod affinity rules"
    if (far.some(isIn)) return "node(s) didn't match pod anti-affinity rules"
    return isIn(guarded) ? "node(s) didn't satisfy existing pods anti-affinity rules" : undefined
  }
}

/** The first of a group of pods with mutual affinity may go anywhere. */
function beginsCompany(pod: Pod, { labelSelector }: AffinityTerm, domains: ReadonlySet<string>): boolean {
  return domains.size === 0 && selects(labelSelector, pod.metadata.labels)
}

/** A node's labels as topology domains. */
function domainsWith({ metadata }: Node): string[] {
  return Object.entries(metadata.labels ?? {}).map(([key, value]) => `${key}=${value}`)
}

function domainsOf(pod: Pod, required: AffinityTerm, placement: Placement): Set<string> {
  const others = namespacesOf(pod, required, placement.view).flatMap((namespace) =>
    companions(placement.view, namespace, required.labelSelector),
  )
  return domainsOn(
    others.filter(({ metadata }) => metadata.uid !== pod.metadata.uid),
    required,
    placement,
  )
}

function domainsOn(pods: readonly Pod[], { topologyKey }: AffinityTerm, { view, nodeOf }: Placement): Set<string> {
  const nodes = pods.flatMap((one) => view.find('Node', undefined, nodeOf(one) ?? '') ?? [])
  const values = nodes.flatMap(({ metadata }) => metadata.labels?.[topologyKey] ?? [])
  return new Set(values.map((value) => `${topologyKey}=${value}`))
}

function namespacesOf({ metadata }: Pod, { namespaces = [], namespaceSelector }: AffinityTerm, view: View): string[] {
  if (!namespaceSelector) return namespaces.length > 0 ? namespaces : [metadata.namespace ?? '']
  const selected = view.all('Namespace').filter((one) => selects(namespaceSelector, one.metadata.labels))
  return [...new Set([...namespaces, ...selected.map((one) => one.metadata.name)])]
}

function companions(view: View, namespace: string, selector: LabelSelector | undefined): Pod[] {
  const { matchLabels = {} } = selector ?? {}
  const narrow = Object.keys(matchLabels).length > 0
  const candidates = narrow ? view.labelled('Pod', namespace, matchLabels) : view.by('Pod', term.namespace(namespace))
  return candidates.filter(({ metadata, status }) => {
    const over = status?.phase === 'Succeeded' || status?.phase === 'Failed'
    return !over && selects(selector, metadata.labels)
  })
}

/** Domains of placed pods whose anti-affinity excludes this pod. */
function guardedDomains(pod: Pod, placement: Placement): Set<string> {
  const domains = new Set<string>()
  for (const other of placement.guarded) {
    if (other.metadata.uid === pod.metadata.uid) continue
    for (const required of requiredTerms(other, 'podAntiAffinity')) {
      const meant = namespacesOf(other, required, placement.view).includes(pod.metadata.namespace ?? '')
      if (!meant || !selects(required.labelSelector, pod.metadata.labels)) continue
      for (const domain of domainsOn([other], required, placement)) domains.add(domain)
    }
  }
  return domains
}
