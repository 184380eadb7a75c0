import type { BindingKind } from '../access/roles.ts'
import type { KubeObject } from '../../model/kube-object.ts'

/** The namespace of the server's state, in the cluster it serves. */
export const systemNamespace = 'drover-system'
export const group = 'drover.dev'
export const apiVersion = `${group}/v1`

export const paths = {
  users: `/apis/${apiVersion}/users`,
  projects: `/apis/${apiVersion}/projects`,
  settings: `/apis/${apiVersion}/settings`,
  roleBindings: `/apis/${apiVersion}/rolebindings`,
  /** Keys and passwords: the only Secrets of the namespace. */
  secrets: `/api/v1/namespaces/${systemNamespace}/secrets`,
} as const

export const secretTypes = { key: `${group}/key`, password: `${group}/password` } as const

export interface User extends KubeObject {
  spec: {
    username?: string
    displayName?: string
    description?: string
    enabled?: boolean
    mustChangePassword?: boolean
    /** Has all rights; others have those of their roles. */
    admin?: boolean
  }
}

export interface Project extends KubeObject {
  spec: { displayName?: string; description?: string; clusterId?: string; creatorId?: string }
}

/** Who has which role where; see access/roles.ts. */
export interface RoleBinding extends KubeObject {
  spec: {
    kind: BindingKind
    role: string
    userId: string
    /** For kind project: `local:p-xxxxx`. */
    projectId?: string
    /** For kind cluster. */
    clusterId?: string
  }
}

export interface Setting extends KubeObject {
  spec: { value?: string }
}

/** Rancher's label, so that its objects and ours look alike. */
export const creatorLabel = { 'cattle.io/creator': 'norman' } as const
export const creatorAnnotation = 'field.cattle.io/creatorId'
