export { openServer } from './open-server.ts'
export type { IssueKeyOptions, RancherServer, ServerOptions } from './open-server.ts'
export { manifests } from './manifests.ts'
export type { StalePut } from './workloads/stale-put.ts'
