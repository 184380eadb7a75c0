import { isRole, type BindingKind } from '../access/roles.ts'
import { randomText } from '../access/secret.ts'
import type { Caller } from '../access/caller.ts'
import { V3Error } from '../answer/failure.ts'
import { unlessMissing } from '../../kube/index.ts'
import { userOf, type Realm } from '../realm.ts'
import { apiVersion, creatorAnnotation, creatorLabel, paths, type RoleBinding } from '../kubernetes/state.ts'
import type { Body, Resource, V3Type } from '../schema/v3-type.ts'
import { metadataFields, notFound } from './metadata.ts'
import { requireProject } from './projects.ts'

interface Row {
  kind: BindingKind
  typeId: string
  prefix: string
  /** The field that names the role, and Rancher's type of such roles. */
  roleField: 'globalRoleId' | 'roleTemplateId'
  rolePlural: string
  plural: string
}

const rows: readonly Row[] = [
  {
    kind: 'global',
    typeId: 'globalRoleBinding',
    prefix: 'grb',
    roleField: 'globalRoleId',
    rolePlural: 'globalroles',
    plural: 'globalrolebindings',
  },
  {
    kind: 'cluster',
    typeId: 'clusterRoleTemplateBinding',
    prefix: 'crtb',
    roleField: 'roleTemplateId',
    rolePlural: 'roletemplates',
    plural: 'clusterroletemplatebindings',
  },
  {
    kind: 'project',
    typeId: 'projectRoleTemplateBinding',
    prefix: 'prtb',
    roleField: 'roleTemplateId',
    rolePlural: 'roletemplates',
    plural: 'projectroletemplatebindings',
  },
]

/** Global, cluster and project role bindings. Administrators only. */
export function roleBindingTypes(realm: Realm): V3Type[] {
  return rows.map((row) => ({
    id: row.typeId,
    scope: 'management',
    store: {
      list: async () => all(realm, row).map((binding) => resourceOf(realm, row, binding)),
      get: async (_call, id) => resourceOf(realm, row, required(realm, row, id)),
      create: ({ caller }, body) => create(realm, row, caller, body),
      update: (_call, id, body) => update(realm, row, id, body),
      remove: (_call, id) => remove(realm, row, id),
    },
  }))
}

function all({ roleBindings }: Realm, { kind }: Row): RoleBinding[] {
  return ([...roleBindings.all()] as RoleBinding[]).filter(({ spec }) => spec.kind === kind)
}

/** `grb-xxxxx`, `local:crtb-xxxxx`, `p-xxxxx:prtb-xxxxx`, prefixed by the cluster or project that Rancher stores them in. */
function idOf({ metadata, spec }: RoleBinding): string {
  const { name = '' } = metadata
  if (spec.kind === 'global') return name
  const home = spec.kind === 'cluster' ? spec.clusterId : spec.projectId?.split(':')[1]
  return `${home ?? ''}:${name}`
}

function required(realm: Realm, row: Row, id: string): RoleBinding {
  const found = all(realm, row).find((binding) => idOf(binding) === id)
  if (!found) throw notFound(row.plural, id.slice(id.indexOf(':') + 1))
  return found
}

function resourceOf(realm: Realm, row: Row, binding: RoleBinding): Resource {
  const { typeId, kind, roleField } = row
  const { role, userId, projectId, clusterId } = binding.spec
  const place = kind === 'global' ? {} : kind === 'cluster' ? { clusterId } : { projectId }
  return {
    id: idOf(binding),
    type: typeId,
    ...metadataFields(binding),
    ...(kind === 'global'
      ? globalMarks(realm, role)
      : { annotations: seenMarks(row, realm.cluster.id), userPrincipalId: `local://${userId}` }),
    ...place,
    name: binding.metadata.name,
    [roleField]: role,
    userId,
  }
}

/** Conditions that Rancher's controllers set; clients show them. */
function seenMarks({ prefix }: Row, clusterId: string): Record<string, string> {
  return {
    [`lifecycle.cattle.io/create.cluster-${prefix}-sync_${clusterId}`]: 'true',
    [`lifecycle.cattle.io/create.mgmt-auth-${prefix}-controller`]: 'true',
  }
}

/** Rancher makes the role the binding's owner, and marks the binding's format as current. */
function globalMarks({ installed }: Realm, role: string) {
  const owner = { apiVersion: 'management.cattle.io/v3', kind: 'GlobalRole', name: role, uid: installed.uid }
  return { annotations: { 'cleanup.cattle.io/grbUpgradeCluster': 'true' }, ownerReferences: [owner] }
}

async function create(realm: Realm, row: Row, caller: Caller, body: Body): Promise<Resource> {
  const { kind, prefix } = row
  const role = roleIn(row, body)
  const userId = textOf(body['userId'])
  if (userId === '') throw new V3Error('MissingRequired', 'only users can have roles', { fieldName: 'userId' })
  if (!userOf(realm, userId)) throw notFound('users', userId)
  const binding = await realm.cluster.kube.create<RoleBinding>(paths.roleBindings, {
    apiVersion,
    kind: 'RoleBinding',
    metadata: {
      name: `${prefix}-${randomText(5)}`,
      labels: { ...creatorLabel },
      annotations: { [creatorAnnotation]: caller.userId },
    },
    spec: { kind, role, userId, ...placeOf(realm, kind, body) },
  })
  realm.roleBindings.accept(binding)
  const { userPrincipalId: _later, ...resource } = resourceOf(realm, row, binding)
  return { ...resource, type: row.typeId, ...(row.kind === 'global' ? {} : { annotations: {} }) }
}

function roleIn({ kind, roleField, rolePlural }: Row, body: Body): string {
  const role = textOf(body[roleField])
  if (!isRole(kind, role)) throw notFound(rolePlural, role)
  return role
}

function placeOf(realm: Realm, kind: BindingKind, body: Body): { projectId?: string; clusterId?: string } {
  if (kind === 'global') return {}
  if (kind === 'project') {
    const projectId = textOf(body['projectId'])
    requireProject(realm, projectId)
    return { projectId }
  }
  const clusterId = textOf(body['clusterId'])
  if (clusterId !== realm.cluster.id) throw notFound('clusters', clusterId)
  return { clusterId }
}

/** Only the role can change. */
async function update(realm: Realm, row: Row, id: string, body: Body): Promise<Resource> {
  const binding = required(realm, row, id)
  if (body[row.roleField] === undefined) return resourceOf(realm, row, binding)
  const spec = { role: roleIn(row, body) }
  const stored = await realm.cluster.kube.patch<RoleBinding>(pathOf(binding), { type: 'merge', body: { spec } })
  realm.roleBindings.accept(stored)
  return resourceOf(realm, row, stored)
}

/** Rancher's finalizers delay it for a moment, so it is returned once more, except for a global one. */
async function remove(realm: Realm, row: Row, id: string): Promise<Resource | undefined> {
  const binding = required(realm, row, id)
  await drop(realm, binding)
  if (row.kind === 'global') return undefined
  return { ...resourceOf(realm, row, binding), type: row.typeId, removed: timeText(realm.now()) }
}

/** A deleted user's bindings must not apply to a later user with the same id. */
export async function dropBindingsOf(realm: Realm, userId: string): Promise<void> {
  const own = ([...realm.roleBindings.all()] as RoleBinding[]).filter(({ spec }) => spec.userId === userId)
  await Promise.all(own.map((binding) => drop(realm, binding)))
}

async function drop({ cluster, roleBindings }: Realm, binding: RoleBinding): Promise<void> {
  await unlessMissing(cluster.kube.remove(pathOf(binding)))
  roleBindings.forget(binding.metadata.name ?? '')
}

function pathOf({ metadata }: RoleBinding): string {
  return `${paths.roleBindings}/${encodeURIComponent(metadata.name ?? '')}`
}

function timeText(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z')
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
