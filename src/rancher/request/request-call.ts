import { reachesProject, type Caller } from '../access/caller.ts'
import { parseBody, readLimited } from './body.ts'
import type { Call } from './call.ts'
import type { ClusterView } from '../kubernetes/cluster-view.ts'
import { V3Error } from '../answer/failure.ts'
import type { HttpRequest } from '../../model/http.ts'
import type { Query } from './query.ts'
import type { Route } from './route.ts'
import type { Schema, SchemaSet } from '../schema/schema.ts'
import { schemas } from '../schema/schemas.ts'
import { Urls } from './urls.ts'
import type { Resource, Scope, V3Type } from '../schema/v3-type.ts'
import type { Shape } from '../answer/shaped-resource.ts'
import { renderResource, type TypeTable } from '../answer/render.ts'
import type { Manner } from '../answer/writer.ts'

export interface CallParts {
  request: HttpRequest
  method: string
  path: string
  query: Query
  route: Route
  caller: Caller
  type: V3Type
  schema: Schema
  base: string
  cluster: ClusterView
  types: TypeTable
  manner: Manner
}

export class RequestCall implements Call {
  readonly request: HttpRequest
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
  readonly clusterId: string | undefined
  readonly projectId: string | undefined
  readonly urls: Urls
  readonly cluster: ClusterView
  readonly replace: boolean
  readonly actionsKey: 'actions' | 'actionLinks'
  /** `?_edit=true` and `?_export=true`; undefined: the plain document. */
  readonly shape: Shape | undefined
  readonly manner: Manner
  readonly #types: TypeTable
  #text: Promise<string> | undefined
  #body: Promise<unknown> | undefined

  constructor(parts: CallParts) {
    const { request, route, query } = parts
    this.request = request
    this.method = parts.method
    this.query = query
    this.caller = parts.caller
    this.scope = route.scope
    this.schemas = schemas[route.scope]
    this.schema = parts.schema
    this.type = parts.type
    this.id = route.id
    this.link = route.link
    this.action = query.get('action') || undefined
    this.clusterId = route.clusterId
    this.projectId = route.projectId
    this.urls = new Urls(parts.base, route.context, parts.path)
    this.cluster = parts.cluster
    this.replace = query.get('_replace') === 'true'
    this.shape = (['export', 'edit'] as const).find((shape) => query.get(`_${shape}`) === 'true')
    this.actionsKey = request.headers.has('x-api-action-links') ? 'actionLinks' : 'actions'
    this.manner = parts.manner
    this.#types = parts.types
  }

  /** Conditions from the path: a cluster's projects and nodes, of which /v3 has all. */
  get implied(): Readonly<Record<string, string>> {
    if (this.scope !== 'management' || this.clusterId === undefined) return {}
    return Object.hasOwn(this.schema.resourceFields, 'clusterId') && this.type.id !== 'token'
      ? { clusterId: this.clusterId }
      : {}
  }

  readText(): Promise<string> {
    this.#text ??= readLimited(this.request)
    return this.#text
  }

  readBody(): Promise<unknown> {
    this.#body ??= this.#parseBody()
    return this.#body
  }

  async #parseBody(): Promise<unknown> {
    return parseBody(await this.readText(), this.request.headers.get('content-type') ?? '', this.query)
  }

  async requireNamespace(namespace: string): Promise<void> {
    const { projectId, caller, cluster } = this
    const inProject = projectId === undefined || cluster.projectOf(namespace) === projectId
    if (inProject && reachesProject(caller.reach, cluster.projectOf(namespace))) return
    throw new V3Error(
      'NotFound',
      this.id === undefined ? `namespaces "${namespace}" not found` : `failed to find ${this.id}`,
    )
  }

  async namespaces(): Promise<readonly string[]> {
    if (this.projectId === undefined || !reachesProject(this.caller.reach, this.projectId)) return []
    return this.cluster.namespacesOf(this.projectId)
  }

  typeOf(scope: Scope, id: string): V3Type | undefined {
    return this.#types.get(`${scope}/${id}`)
  }

  setHeader(name: string, value: string): void {
    this.manner.headers.set(name, value)
  }

  header(name: string): string | undefined {
    return this.request.headers.get(name) ?? undefined
  }

  present(resource: Resource): string {
    return renderResource(this, resource).json
  }
}
