/** Who calls, and how far the key reaches. Every door asks the reach; there is no other notion of rights yet. */
export interface Caller {
  readonly userId: string
  /** Name of the key in use: `token-xxxxx`. */
  readonly keyName: string
  readonly session: boolean
  readonly admin: boolean
  readonly reach: Reach
}

/** Everything; one cluster's /k8s alone (Rancher's clusterId); or one project and its namespaces (ours). */
export type Reach =
  | { readonly kind: 'everything' }
  | { readonly kind: 'cluster'; readonly clusterId: string }
  | { readonly kind: 'project'; readonly projectId: string }

/** Whether a key of this reach may work in the project: `local:p-xxxxx`. */
export function reachesProject(reach: Reach, projectId: string): boolean {
  return reach.kind === 'everything' || (reach.kind === 'project' && reach.projectId === projectId)
}
