import type { HttpRequest } from '../../model/http.ts'
import type { Caller } from '../access/caller.ts'
import type { ClusterView } from '../kubernetes/cluster-view.ts'
import type { Query } from './query.ts'
import type { Schema, SchemaSet } from '../schema/schema.ts'
import type { Urls } from './urls.ts'
import type { Resource, Scope, V3Type } from '../schema/v3-type.ts'

/** A parsed and authenticated request: everything a store, action or link needs. */
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
  /** For /v3/cluster/<c> and /v3/project/<c>:<p>. */
  readonly clusterId: string | undefined
  /** In full: `local:p-xxxxx`. */
  readonly projectId: string | undefined
  readonly urls: Urls
  /** The served cluster: its Kubernetes client, namespaces by project and watched lists. */
  readonly cluster: ClusterView
  /** `?_replace=true`. */
  readonly replace: boolean
  /** The parsed body without schema validation or own `__proto__` keys; raises 422 InvalidBodyContent. Cached. */
  readBody(): Promise<unknown>
  /** The body as sent, up to 2 MiB. */
  readText(): Promise<string>
  /** Raises 404 unless the namespace belongs to this project and is within the key's reach. */
  requireNamespace(namespace: string): Promise<void>
  /** The project's namespaces within the key's reach, sorted. */
  namespaces(): Promise<readonly string[]>
  /** Another type's row, for example to present its resources. */
  typeOf(scope: Scope, id: string): V3Type | undefined
  /** Sets a response header (Warning, ETag). */
  setHeader(name: string, value: string): void
  /** The value of a header, such as If-Match, by lower-case name. */
  header(name: string): string | undefined
  /** The rendered text of a resource, for code that writes its own response. */
  present(resource: Resource): string
}
