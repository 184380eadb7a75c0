import { rightIn, type Reach, type Right } from './caller.ts'

/** What a role grants; `project` is a right in the binding's project. */
interface Role {
  everything?: true
  cluster?: 'member' | 'owner'
  project?: Right
}

export type BindingKind = 'global' | 'cluster' | 'project'

/** The supported roles of Rancher. Others cannot be bound. */
const roles: Readonly<Record<BindingKind, Readonly<Record<string, Role>>>> = {
  global: { admin: { everything: true }, user: {}, 'user-base': {} },
  cluster: { 'cluster-owner': { cluster: 'owner' }, 'cluster-member': { cluster: 'member' } },
  project: {
    'project-owner': { project: 'write' },
    'project-member': { project: 'write' },
    'read-only': { project: 'read' },
  },
}

export interface Binding {
  kind: BindingKind
  role: string
  userId: string
  /** `local:p-xxxxx`, for bindings of kind project. */
  projectId?: string
}

export function isRole(kind: BindingKind, name: string): boolean {
  return Object.hasOwn(roles[kind], name)
}

/** The combined reach of a user's bindings. */
export function reachOf(bindings: readonly Binding[]): Reach {
  let cluster: 'none' | 'member' | 'owner' = 'none'
  const projects = new Map<string, Right>()
  for (const { kind, role: name, projectId } of bindings) {
    const role = isRole(kind, name) ? roles[kind][name] : undefined
    if (role?.everything) return { kind: 'everything' }
    if (role?.cluster !== undefined && cluster !== 'owner') cluster = role.cluster
    if (role?.project === undefined || projectId === undefined) continue
    if (projects.get(projectId) !== 'write') projects.set(projectId, role.project)
  }
  return cluster === 'none' && projects.size === 0 ? { kind: 'self' } : { kind: 'roles', cluster, projects }
}

/** A project key is limited by both its owner's reach and the project. */
export function withinProject(reach: Reach, projectId: string): Reach {
  const right = rightIn(reach, projectId)
  if (right === 'write') return { kind: 'project', projectId }
  return right === 'read'
    ? { kind: 'roles', cluster: 'none', projects: new Map([[projectId, 'read'] as const]) }
    : { kind: 'self' }
}
