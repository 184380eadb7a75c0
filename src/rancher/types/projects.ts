import { randomText } from '../access/secret.ts'
import { ownsCluster, reachesProject, type Caller } from '../access/caller.ts'
import { changesOf } from '../kubernetes/changes.ts'
import { namespacesPath, projectAnnotation } from '../kubernetes/cluster-view.ts'
import { V3Error } from '../answer/failure.ts'
import { unlessMissing } from '../../kube/index.ts'
import { linkNames, linksBelow } from '../answer/link-names.ts'
import { projectOf, type Realm } from '../realm.ts'
import { apiVersion, creatorAnnotation, creatorLabel, paths, type Project } from '../kubernetes/state.ts'
import type { Body, Resource, V3Type } from '../schema/v3-type.ts'
import { metadataFields, notFound, settled } from './metadata.ts'

/** Rancher's annotation that the creator owns the project; clients show it. */
const roleAnnotation = 'authz.management.cattle.io/creator-role-bindings'
const ownerBound = '{"created":["project-owner"],"required":["project-owner"]}'
const ownerWanted = '{"required":["project-owner"]}'

/** Conditions that Rancher's controllers set; clients show them. */
const seenMarks = (clusterId: string) => ({
  'lifecycle.cattle.io/create.mgmt-project-rbac-remove': 'true',
  [`lifecycle.cattle.io/create.project-namespace-auth_${clusterId}`]: 'true',
  [`lifecycle.cattle.io/create.project-precan-alert-controller_${clusterId}`]: 'true',
})

/** Only for the project System: the system charts that Rancher has checked. */
const systemMark = {
  'field.cattle.io/systemImageVersion':
    '{"alerting":"system-library-rancher-monitoring-initializing","logging":"system-library-rancher-logging-initializing","pipeline":"bf23ad9"}',
}

const conditions = ['BackingNamespaceCreated', 'CreatorMadeOwner', 'InitialRolesPopulated', 'MetricExpressionDeployed']

const defaultLabel = 'authz.management.cattle.io/default-project'
const systemLabel = 'authz.management.cattle.io/system-project'

export function projectType(realm: Realm): V3Type {
  return {
    id: 'project',
    scope: 'management',
    projectKeys: 'read',
    perCaller: true,
    offeredActions: (_project, { caller }) =>
      ownsCluster(caller) ? ['enableMonitoring', ...memberActions] : memberActions,
    extraLinks: ({ id }, { urls }) => linksBelow(urls.at(`/v3/projects/${id}`), linkNames.project),
    store: {
      list: async ({ caller }) => visibleProjects(realm, caller).map((project) => projectResource(realm, project)),
      get: async ({ caller }, id) => projectResource(realm, visibleProject(realm, caller, id)),
      create: async ({ caller }, body) => createProject(realm, caller, body),
      update: async ({ caller }, id, body) => updateProject(realm, caller, id, body),
      remove: async ({ caller }, id) => removeProject(realm, caller, id),
      watch: (_call, signal) =>
        changesOf(realm.projects, signal, (object) => projectResource(realm, object as Project)),
    },
  }
}

/** Monitoring, exporting YAML and pod security templates are offered as in Rancher, but not served. */
const memberActions = ['exportYaml', 'setpodsecuritypolicytemplate']

export function projectId({ cluster }: Realm, name: string): string {
  return `${cluster.id}:${name}`
}

function visibleProjects(realm: Realm, { reach }: Caller): Project[] {
  const all = [...realm.projects.all()] as Project[]
  if (reach.kind === 'everything') return all
  return all.filter(({ metadata }) => reachesProject(reach, projectId(realm, metadata.name ?? '')))
}

function visibleProject(realm: Realm, caller: Caller, id: string): Project {
  const colon = id.indexOf(':')
  if (colon < 0) throw new V3Error('NotFound', 'failed to find resource by id')
  const name = id.slice(colon + 1)
  const project = visibleProjects(realm, caller).find(({ metadata }) => metadata.name === name)
  if (!project || id.slice(0, colon) !== realm.cluster.id) throw notFound('projects', name)
  return project
}

/** Returns the same object while the project is unchanged, so that its text stays cached. */
const mapped = new WeakMap<Project, Resource>()

function projectResource(realm: Realm, project: Project): Resource {
  const known = mapped.get(project)
  if (known) return known
  const resource = mapProject(realm, project)
  mapped.set(project, resource)
  return resource
}

function mapProject({ cluster }: Realm, project: Project): Resource {
  const { name = '', creationTimestamp } = project.metadata
  const { displayName = '', description } = project.spec
  const lastUpdateTime = creationTimestamp ?? undefined
  const { annotations, ...fields } = metadataFields(project)
  return {
    id: `${cluster.id}:${name}`,
    type: 'project',
    ...fields,
    annotations: { ...seenMarks(cluster.id), ...(isSystem(project) ? systemMark : {}), ...annotations },
    ...settled,
    ...(project.metadata.deletionTimestamp ? { state: 'removing', transitioning: 'yes' } : {}),
    clusterId: cluster.id,
    conditions: conditions.map((type) => ({ lastUpdateTime, status: 'True', type })),
    ...(description === undefined ? {} : { description }),
    name: displayName,
    namespaceId: null,
    podSecurityPolicyTemplateId: '',
  }
}

/** The two projects of every cluster, with the namespaces that Rancher puts there. */
export async function installProjects(realm: Realm, creatorId: string, defaultName?: string): Promise<void> {
  const has = (label: string) => [...realm.projects.all()].some(({ metadata }) => metadata.labels?.[label] === 'true')
  const rows = [
    { displayName: 'Default', label: defaultLabel, name: defaultName, namespaces: ['default'] },
    { displayName: 'System', label: systemLabel, name: undefined, namespaces: systemNamespaces },
  ]
  for (const { displayName, label, name, namespaces } of rows) {
    if (has(label)) continue
    const description = `${displayName} project created for the cluster`
    const project = await storeProject(
      realm,
      creatorId,
      { displayName, description },
      { name, labels: { [label]: 'true' } },
    )
    for (const namespace of namespaces) await adopt(realm, namespace, project.metadata.name ?? '')
  }
}

const systemNamespaces = ['kube-system', 'kube-public', 'kube-node-lease', 'drover-system']

/** Only an existing namespace without a project. */
async function adopt(realm: Realm, namespace: string, project: string): Promise<void> {
  const { cluster } = realm
  const list = await cluster.watched(namespacesPath)
  if (!list.get(namespace) || cluster.projectOf(namespace) !== undefined) return
  const annotations = { [projectAnnotation]: projectId(realm, project) }
  const body = { metadata: { annotations, labels: { [projectAnnotation]: project } } }
  list.accept(await cluster.kube.patch(`${namespacesPath}/${namespace}`, { type: 'merge', body }))
}

interface ProjectMarks {
  name?: string | undefined
  labels?: Record<string, string>
  annotations?: Record<string, string>
}

/** Rancher's own marks say what a project is, and are nobody's to set. */
function ownMarks(value: unknown): Record<string, string> {
  const given = typeof value === 'object' && value !== null ? (value as Record<string, string>) : {}
  return Object.fromEntries(Object.entries(given).filter(([key]) => !key.includes('cattle.io/')))
}

async function storeProject(
  { cluster, projects }: Realm,
  creatorId: string,
  spec: Project['spec'],
  { name = `p-${randomText(5)}`, labels = {}, annotations: given = {} }: ProjectMarks = {},
): Promise<Project> {
  const annotations = { ...given, [creatorAnnotation]: creatorId, [roleAnnotation]: ownerBound }
  const stored = await cluster.kube.create<Project>(paths.projects, {
    apiVersion,
    kind: 'Project',
    metadata: { name, annotations, labels: { ...labels, ...creatorLabel } },
    spec: { clusterId: cluster.id, ...spec },
  })
  projects.accept(stored)
  return stored
}

/** For projects and namespaces: a limit that is not enforced must not look like one. */
export function refuseQuotas(body: Body): void {
  const fields = ['resourceQuota', 'namespaceDefaultResourceQuota', 'containerDefaultResourceLimit']
  const asked = fields.find((name) => Object.keys(body[name] ?? {}).length > 0)
  if (asked !== undefined) throw new V3Error('NotImplemented', `${asked} is not served`, { fieldName: asked })
}

async function createProject(realm: Realm, { userId }: Caller, body: Body): Promise<Resource> {
  refuseQuotas(body)
  if (body['clusterId'] !== realm.cluster.id) throw notFound('clusters', String(body['clusterId']))
  const description = typeof body['description'] === 'string' ? { description: body['description'] } : {}
  const marks = { labels: ownMarks(body['labels']), annotations: ownMarks(body['annotations']) }
  const project = await storeProject(realm, userId, { displayName: String(body['name']), ...description }, marks)
  // as the genuine server answers, whose controllers fill the conditions a moment later
  const { conditions: _later, podSecurityPolicyTemplateId: _unset, ...resource } = projectResource(realm, project)
  return { ...resource, type: 'project', annotations: { ...marks.annotations, [roleAnnotation]: ownerWanted } }
}

async function updateProject(realm: Realm, caller: Caller, id: string, body: Body): Promise<Resource> {
  refuseQuotas(body)
  const project = visibleProject(realm, caller, id)
  const spec = {
    ...(typeof body['name'] === 'string' ? { displayName: body['name'] } : {}),
    ...(typeof body['description'] === 'string' ? { description: body['description'] } : {}),
  }
  const stored = await realm.cluster.kube.patch<Project>(pathOf(project), { type: 'merge', body: { spec } })
  realm.projects.accept(stored)
  return projectResource(realm, stored)
}

/** Its namespaces stay without a project. Rancher deletes those it created, with everything in them. */
async function removeProject(realm: Realm, caller: Caller, id: string): Promise<undefined> {
  const project = visibleProject(realm, caller, id)
  if (isSystem(project)) {
    throw new V3Error('MethodNotAllow', 'System Project cannot be deleted')
  }
  const { cluster } = realm
  const namespaces = await cluster.watched(namespacesPath)
  const body = { metadata: { annotations: { [projectAnnotation]: null }, labels: { [projectAnnotation]: null } } }
  for (const name of cluster.namespacesOf(id)) {
    const released = await unlessMissing(cluster.kube.patch(`${namespacesPath}/${name}`, { type: 'merge', body }))
    if (released) namespaces.accept(released)
  }
  await unlessMissing(cluster.kube.remove(pathOf(project)))
  realm.projects.forget(project.metadata.name ?? '')
  return undefined
}

function isSystem({ metadata }: Project): boolean {
  return metadata.labels?.[systemLabel] === 'true'
}

function pathOf({ metadata }: Project): string {
  return `${paths.projects}/${encodeURIComponent(metadata.name ?? '')}`
}

/** Raises 404 unless it is a project of this cluster; returns its short name. */
export function requireProject(realm: Realm, id: string): string {
  const colon = id.indexOf(':')
  const name = id.slice(colon + 1)
  if (colon < 0 || id.slice(0, colon) !== realm.cluster.id || !projectOf(realm, name)) throw notFound('projects', name)
  return name
}
