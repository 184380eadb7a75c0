/** Who calls, and how far the key reaches. Every door asks the reach; there is no other notion of rights. */
export interface Caller {
  readonly userId: string
  /** Name of the key in use: `token-xxxxx`. */
  readonly keyName: string
  readonly session: boolean
  readonly reach: Reach
}

export type Reach =
  /** An administrator's key without limits. */
  | { readonly kind: 'everything' }
  /** One cluster's /k8s alone (Rancher's clusterId). */
  | { readonly kind: 'cluster'; readonly clusterId: string }
  /** One project and its namespaces (ours), of `local:p-xxxxx` form. */
  | { readonly kind: 'project'; readonly projectId: string }
  /** A user with roles in the cluster or in projects of it. An owner of the cluster may do all in each of its projects. */
  | {
      readonly kind: 'roles'
      readonly cluster: 'none' | 'member' | 'owner'
      /** By id of the project: `local:p-xxxxx`. */
      readonly projects: ReadonlyMap<string, Right>
    }
  /** A user without roles: only the user's own account. */
  | { readonly kind: 'self' }

export type Right = 'read' | 'write'

/** What a key of this reach may do in the project `local:p-xxxxx`; undefined: nothing. */
export function rightIn(reach: Reach, projectId: string | undefined): Right | undefined {
  switch (reach.kind) {
    case 'everything':
      return 'write'
    case 'project':
      return reach.projectId === projectId ? 'write' : undefined
    case 'roles':
      if (reach.cluster === 'owner') return 'write'
      return projectId === undefined ? undefined : reach.projects.get(projectId)
    case 'cluster':
    case 'self':
      return undefined
    default:
      return reach satisfies never
  }
}

/** Whether the key may do everything in the cluster. */
export function ownsCluster({ reach }: Caller): boolean {
  return reach.kind === 'everything' || (reach.kind === 'roles' && reach.cluster === 'owner')
}

/** Whether a key of this reach may look into the project: `local:p-xxxxx`. */
export function reachesProject(reach: Reach, projectId: string | undefined): boolean {
  return rightIn(reach, projectId) !== undefined
}
