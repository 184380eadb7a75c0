/** Who calls, and how far the key reaches. Every door asks the reach; there is no other notion of rights yet. */
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
  /** A user without rights: only the user's own account. */
  | { readonly kind: 'self' }

/** Whether a key of this reach may work in the project: `local:p-xxxxx`. */
export function reachesProject(reach: Reach, projectId: string | undefined): boolean {
  return reach.kind === 'everything' || (reach.kind === 'project' && reach.projectId === projectId)
}
