import { createHash } from 'node:crypto'
import { accessReviews, reviewVersion } from './access-reviews.ts'
import type { ResourceType } from './resource.ts'
import { groupVersion, type ResourceTypes } from './resource-types.ts'

/** What is served, for clients to find: the answers of /version, /api, /apis and the group versions. */

/** The version whose behaviour is copied. */
export const serverVersion = {
  major: '1',
  minor: '21',
  gitVersion: 'v1.21.2+drover',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '2021-06-21T00:00:00Z',
  goVersion: 'none',
  compiler: 'none',
  platform: 'linux/amd64',
} as const

export function coreVersions(host: string): object {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: host }],
  }
}

/** Named groups in the order of their first rows, each with its versions. */
function groupsOf(types: ResourceTypes): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const { group, version } of types.all()) {
    const versions = groups.get(group) ?? []
    if (!versions.includes(version)) versions.push(version)
    groups.set(group, versions)
  }
  const [reviewGroup = '', version = ''] = reviewVersion.split('/')
  if (!groups.has(reviewGroup)) groups.set(reviewGroup, [version])
  return groups
}

export function groupList(types: ResourceTypes): object {
  const groups = [...groupsOf(types)].filter(([group]) => group !== '').map(([group, all]) => groupEntry(group, all))
  return { kind: 'APIGroupList', apiVersion: 'v1', groups }
}

export function groupAnswer(types: ResourceTypes, group: string): object | undefined {
  const versions = groupsOf(types).get(group)
  return versions && group !== '' ? { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(group, versions) } : undefined
}

function groupEntry(group: string, names: readonly string[]): object {
  const versions = names.map((version) => ({ groupVersion: `${group}/${version}`, version }))
  return { name: group, versions, preferredVersion: versions[0] }
}

/** Resources that are asked and not stored. */
function virtualIn(apiVersion: string): { name: string; namespaced: boolean; kind: string }[] {
  if (apiVersion !== reviewVersion) return []
  return Object.entries(accessReviews).map(([name, { namespaced, kind }]) => ({ name, namespaced, kind }))
}

export function resourceList(types: ResourceTypes, apiVersion: string): object | undefined {
  const rows = types.inVersion(apiVersion)
  const resources: object[] = rows.flatMap(entriesOf).sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const one of virtualIn(apiVersion)) resources.push({ ...one, singularName: '', verbs: ['create'] })
  if (resources.length === 0) return undefined
  const version = apiVersion === 'v1' ? {} : { apiVersion: 'v1' }
  return { kind: 'APIResourceList', ...version, groupVersion: apiVersion, resources }
}

interface ResourceEntry {
  name: string
  [member: string]: unknown
}

function entriesOf(type: ResourceType): ResourceEntry[] {
  const { plural, singular, namespaced, kind, verbs, shortNames, categories } = type
  const custom = type.custom === true
  const main = {
    name: plural,
    singularName: custom ? singular : '',
    namespaced,
    kind,
    verbs,
    ...(shortNames && { shortNames }),
    ...(categories && { categories }),
    storageVersionHash: storageHash(type),
  }
  return [main, ...(type.subresources ?? []).map((name) => subresourceEntry(type, name))]
}

/** Subresources that speak in another kind than their resource. */
const subresourceKinds: Readonly<Record<string, { group?: string; version?: string; kind: string; verbs: string[] }>> =
  {
    scale: { group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] },
    binding: { kind: 'Binding', verbs: ['create'] },
    eviction: { group: 'policy', version: 'v1beta1', kind: 'Eviction', verbs: ['create'] },
  }

const subresourceVerbs: Readonly<Record<string, string[]>> = { log: ['get'], finalize: ['update'] }

function subresourceEntry({ plural, namespaced, kind }: ResourceType, name: string): ResourceEntry {
  const entry = { name: `${plural}/${name}`, singularName: '', namespaced }
  const other = subresourceKinds[name]
  return other
    ? { ...entry, ...other }
    : { ...entry, kind, verbs: subresourceVerbs[name] ?? ['get', 'patch', 'update'] }
}

function storageHash(type: ResourceType): string {
  const { group, version: served, storedVersion: version = served, kind } = type.storedAs?.type ?? type
  return createHash('sha256').update(`${group}/${version}/${kind}`).digest().subarray(0, 8).toString('base64')
}

/** Everything in one answer, which current clients ask for; `core` chooses between /api and /apis. */
export function aggregated(types: ResourceTypes, core: boolean, version: string): object {
  const groups = [...groupsOf(types)].filter(([group]) => (group === '') === core)
  const items = groups.map(([group, versions]) => ({
    metadata: { name: group, creationTimestamp: null },
    versions: versions.map((one) => ({
      version: one,
      resources: aggregatedResources(types, groupVersion({ group, version: one })),
      freshness: 'Current',
    })),
  }))
  return { kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${version}`, metadata: {}, items }
}

function aggregatedResources(types: ResourceTypes, apiVersion: string): object[] {
  const stored = types.inVersion(apiVersion).map((type) => ({
    resource: type.plural,
    responseKind: { group: type.group, version: type.version, kind: type.kind },
    scope: type.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: type.singular,
    verbs: type.verbs,
    ...(type.shortNames && { shortNames: type.shortNames }),
    ...(type.categories && { categories: type.categories }),
    ...(type.subresources && { subresources: type.subresources.map((name) => aggregatedSubresource(type, name)) }),
  }))
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
  const asked = virtualIn(apiVersion).map(({ name, namespaced, kind }) => ({
    resource: name,
    responseKind: { group, version, kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.toLowerCase(),
    verbs: ['create'],
  }))
  return [...stored, ...asked]
}

function aggregatedSubresource(type: ResourceType, name: string): object {
  const other = subresourceKinds[name]
  const {
    group = '',
    version = 'v1',
    kind,
    verbs,
  } = other ?? {
    group: type.group,
    version: type.version,
    kind: type.kind,
    verbs: subresourceVerbs[name] ?? ['get', 'patch', 'update'],
  }
  return { subresource: name, responseKind: { group, version, kind }, verbs }
}
