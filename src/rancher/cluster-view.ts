import type { KubeClient } from './kube-shim.ts'
import type { Watched } from './watched.ts'

/** The Kubernetes cluster behind the server, as stores see it. */
export interface ClusterView {
  readonly id: string
  readonly kube: KubeClient
  /** The project a namespace belongs to (`local:p-xxxxx`), by Rancher's annotation; undefined: none, or no such namespace. */
  projectOf(namespace: string): string | undefined
  /** Sorted names. */
  namespacesOf(projectId: string): readonly string[]
  /** A list kept current by a watch, shared and started at its first use: `/apis/apps/v1/deployments`. */
  watched(path: string): Promise<Watched>
}
