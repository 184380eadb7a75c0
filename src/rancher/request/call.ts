import type { HttpRequest } from '../../model/http.ts'
import type { Caller } from '../access/caller.ts'
import type { ClusterView } from '../kubernetes/cluster-view.ts'
import type { Query } from './query.ts'
import type { Schema, SchemaSet } from '../schema/schema.ts'
import type { Urls } from './urls.ts'
import type { Resource, Scope, V3Type } from '../schema/v3-type.ts'

/** One request, parsed and authenticated: all a store, an action or a link needs to know. */
export interface Call {
  readonly request: HttpRequest
  /** The effective method, after `_method` and `action=remove`. */
  readonly method: string
  readonly query: Query
  readonly caller: Caller
  readonly scope: Scope
  readonly schemas: SchemaSet
  readonly schema: Schema
  readonly type: V3Type
  readonly id: string | undefined
  readonly link: string | undefined
  readonly action: string | undefined
  /** Of /v3/cluster/<c> and /v3/project/<c>:<p>. */
  readonly clusterId: string | undefined
  /** Whole: `local:p-xxxxx`. */
  readonly projectId: string | undefined
  readonly urls: Urls
  /** The cluster served: its Kubernetes client, its namespaces by project, its watched lists. */
  readonly cluster: ClusterView
  /** `?_replace=true`. */
  readonly replace: boolean
  /** The parsed body without schema checks and without own `__proto__` keys; raises 422 InvalidBodyContent. Read once. */
  readBody(): Promise<unknown>
  /** The body's bytes as sent, at most 2 MiB. */
  readText(): Promise<string>
  /** 404 unless the namespace belongs to this project and the caller's key reaches it. */
  requireNamespace(namespace: string): Promise<void>
  /** The namespaces of this project that the caller's key reaches, sorted. */
  namespaces(): Promise<readonly string[]>
  /** Another type's row, e.g. to present its resources. */
  typeOf(scope: Scope, id: string): V3Type | undefined
  /** Sets a header of the answer (Warning, ETag). */
  setHeader(name: string, value: string): void
  /** The text of If-Match and others, by lower-case name. */
  header(name: string): string | undefined
  /** Baked answer of one resource, for those who write responses themselves. */
  present(resource: Resource): string
}
