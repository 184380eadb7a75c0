import { rightIn, type Reach, type Right } from './caller.ts'

/** What a role gives its holder; `project` is a right in the project of the binding. */
interface Role {
  everything?: true
  cluster?: 'member' | 'owner'
  project?: Right
}

export type BindingKind = 'global' | 'cluster' | 'project'

/** Rancher's own roles, as far as they are served. Others cannot be bound. */
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
  /** `local:p-xxxxx`, of bindings of kind project. */
  projectId?: string
}

export function isRole(kind: BindingKind, name: string): boolean {
  return Object.hasOwn(roles[kind], name)
}

/** What the bindings of one user come to. */
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

/** A key for one project reaches no further than its owner, and never out of the project. */
export function withinProject(reach: Reach, projectId: string): Reach {
  const right = rightIn(reach, projectId)
  if (right === 'write') return { kind: 'project', projectId }
  return right === 'read'
    ? { kind: 'roles', cluster: 'none', projects: new Map([[projectId, 'read'] as const]) }
    : { kind: 'self' }
}
