/** Who calls, and the reach of their key: the only notion of permissions, which every door checks. */
export interface Caller {
  readonly userId: string
  /** Name of the key in use: `token-xxxxx`. */
  readonly keyName: string
  readonly session: boolean
  readonly reach: Reach
}

export type Reach =
  /** An unrestricted administrator's key. */
  | { readonly kind: 'everything' }
  /** Only /k8s of one cluster (Rancher's clusterId). */
  | { readonly kind: 'cluster'; readonly clusterId: string }
  /** One project of the form `local:p-xxxxx` and its namespaces (ours). */
  | { readonly kind: 'project'; readonly projectId: string }
  /** A user with roles in the cluster or its projects. A cluster owner has all rights in every project. */
  | {
      readonly kind: 'roles'
      readonly cluster: 'none' | 'member' | 'owner'
      /** By project id: `local:p-xxxxx`. */
      readonly projects: ReadonlyMap<string, Right>
    }
  /** A user without roles: only the user's own account. */
  | { readonly kind: 'self' }

export type Right = 'read' | 'write'

/** The right of a reach in the project `local:p-xxxxx`; undefined: none. */
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

/** Whether the key has all rights in the cluster. */
export function ownsCluster({ reach }: Caller): boolean {
  return reach.kind === 'everything' || (reach.kind === 'roles' && reach.cluster === 'owner')
}

/** Whether the reach includes the project `local:p-xxxxx`. */
export function reachesProject(reach: Reach, projectId: string | undefined): boolean {
  return rightIn(reach, projectId) !== undefined
}
