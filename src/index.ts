/**
 * Changes the container image of a running workload and reports whether the rollout succeeded.
 * @example
 * const target = await rancherTarget({ fetch: nodeFetch({ ca }), url, headers: () => ({ authorization: `Bearer ${key}`
 * }) })
 * const { workload } = parseTarget('deployment:default:web')
 * for await (const event of setImage(target, workload, [parseWish('web=registry.example/web:2')])) {
 *   if (event.step === 'verdict') console.log(event.verdict.verdict, event.verdict.message)
 * }
 */
export {
  connect,
  inClusterAccess,
  listThenWatch,
  nodeFetch,
  parsePin,
  pinOf,
  proxyFor,
  readKubeconfig,
  unlessMissing,
} from './kube/index.ts'
export type {
  CallOptions,
  ConnectOptions,
  JsonPatch,
  JsonPatchOperation,
  KubeAccess,
  KubeClient,
  KubeconfigOptions,
  ListThenWatchOptions,
  NodeFetch,
  NodeFetchOptions,
  Observation,
  Patch,
  Query,
  TrustOptions,
  WatchEvent,
  WriteOptions,
} from './kube/index.ts'
export { DroverError } from './model/errors.ts'
export type { ErrorCode } from './model/errors.ts'
export { httpRequest, httpResponse, jsonResponse } from './model/http.ts'
export type { Fetch, HttpRequest, HttpResponse } from './model/http.ts'
export { isImageReference, normaliseImage, parseImageReference, sameImage } from './model/image-reference.ts'
export type { ImageReference } from './model/image-reference.ts'
export type { KubeList, KubeObject } from './model/kube-object.ts'
export { StatusError } from './model/status.ts'
export type { Status } from './model/status.ts'
export type { WorkloadKind } from './model/workload-kinds.ts'
export * from './rollout/index.ts'
