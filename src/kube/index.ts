export { connect, unlessMissing } from './client.ts'
export type {
  CallOptions,
  ConnectOptions,
  JsonPatch,
  JsonPatchOperation,
  KubeClient,
  Patch,
  Query,
  WriteOptions,
} from './client.ts'
export { inClusterAccess, readKubeconfig } from './kubeconfig.ts'
export type { KubeAccess, KubeconfigOptions } from './kubeconfig.ts'
export { listThenWatch } from './list-then-watch.ts'
export type { ListThenWatchOptions, Observation } from './list-then-watch.ts'
export { nodeFetch } from './node-fetch.ts'
export type { NodeFetch, NodeFetchOptions } from './node-fetch.ts'
export { parsePin, pinOf } from './pinned-certificate.ts'
export { proxyFor } from './proxy-settings.ts'
export { runProgram } from './run-program.ts'
export type { TrustOptions } from './secure-agent.ts'
export type { WatchEvent } from './watch.ts'
