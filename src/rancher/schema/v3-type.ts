import type { HttpResponse } from '../../model/http.ts'
import type { Call } from '../request/call.ts'
import type { Schema } from './schema.ts'

/**
 * How a v3 type is added: its described part is a row of schemas/<scope>.json (validation, methods, filters, links and
 * action names follow from it); its behaving part is a `V3Type` row in types.ts. The core does the rest, in this order:
 *
 *   request body --parse, limit, validate by the schema--> `Body` --store--> `Resource` --present--> JSON/YAML/HTML
 *
 * What a store gets and gives:
 * - `Body`: null-prototype, converted and checked by the schema; unknown and read-only fields are gone already.
 * - `Resource`: plain data with `id` and `type`. The core adds baseType, links (self, update, remove by the schema's
 *   methods), actions, `<date>TS`, null for absent references, defaults for absent fields, `type` of nested schema objects,
 *   and sorts the keys. Lists are filtered, sorted and cut by the core: return everything the caller may see.
 * - Never change a Resource you handed out, and hand out the same object while its source is unchanged: the core remembers
 *   the text of an answer by the object's identity.
 * - A namespace named by the caller goes through `call.requireNamespace(ns)` before anything is read or changed there: it
 *   raises 404 if the namespace is not the project's, or not within the reach of the caller's key.
 */
export interface V3Type {
  /** The schema's id: `workload`. */
  id: string
  scope: Scope
  /** Shown as `baseType`; default the id. */
  baseType?: string
  store?: Store
  /** By action name; the names must be in the schema's resourceActions. */
  actions?: Readonly<Record<string, ActionHandler>>
  collectionActions?: Readonly<Record<string, ActionHandler>>
  /** Sub-resources `<self>/<link>`: yaml, revisions. Any method. */
  links?: Readonly<Record<string, LinkHandler>>
  /**
   * Which actions this resource offers now, as Rancher does; default all of `actions`. One that is not among those answers
   * 501 by its name.
   */
  offeredActions?: (resource: Resource, call: Call) => readonly string[]
  /** Actions that Rancher offers for the collection, and that are not served. */
  offeredForAll?: readonly string[]
  /** Actions of the collection that only an administrator is offered. */
  adminActions?: readonly string[]
  /** Links beyond self, update, remove: name to URL. */
  extraLinks?: (resource: Resource, call: Call) => Readonly<Record<string, string>>
  /** Names of the links of self, update and remove that this resource does not have (a read-only setting's update). */
  withheldLinks?: (resource: Resource, call: Call) => readonly string[]
  /** The type whose path the resource's links use; default this one (`deployment` links to `/workloads/`). */
  linkType?: string
  /** Set when the answer depends on who asks (`me`, `current`): its text is not remembered. */
  perCaller?: boolean
  /** Fields of the schema that an answer never shows. */
  hidden?: readonly string[]
  /** Set where nested objects carry no `type` (nodes). */
  plainNesting?: boolean
  /** Set where lists are shown whole, neither filtered nor cut, and without a total (tokens). */
  wholeLists?: boolean
  /** Set where the store reads the request's text itself; its body is then empty. */
  unvalidated?: boolean
  /** What a key for one project may do with this type; default `everything` in scope project, else `nothing`. */
  projectKeys?: 'everything' | 'read' | 'nothing'
  /** Set where users without rights may come too; the store then shows them no more than is theirs. */
  openToSelf?: boolean
}

export type Scope = 'public' | 'management' | 'cluster' | 'project'

/** One resource as v3 shows it, before links and actions. */
export interface Resource {
  id?: string
  type: string
  [field: string]: unknown
}

/** A validated body: no prototype, only fields that the schema lets this method write. */
export type Body = Record<string, unknown>

/** Absent methods answer 404 `no store found`. Failures are raised: `V3Error`, or a `StatusError` passed through. */
export interface Store {
  list?: (call: Call) => Promise<readonly Resource[]>
  get?: (call: Call, id: string) => Promise<Resource>
  create?: (call: Call, body: Body) => Promise<Resource>
  update?: (call: Call, id: string, body: Body) => Promise<Resource>
  /** Resolves to what is still there (finalizers; answered 200) or to undefined (204). */
  remove?: (call: Call, id: string) => Promise<Resource | undefined>
  /** Every existing resource first, then every change, until the signal; for subscribe. */
  watch?: (call: Call, signal: AbortSignal) => AsyncIterable<Change>
}

export interface Change {
  name: 'resource.change' | 'resource.remove'
  resource: Resource
}

/** `id` is absent for collection actions. `call.readBody()` gives the action's input, not validated. */
export type ActionHandler = (call: Call, id: string) => Promise<Result>
export type LinkHandler = (call: Call, id: string) => Promise<Result>

/** What an action or link answers. */
export type Result =
  /** 200 with an empty body and no content type, as Rancher's actions do. */
  | { kind: 'empty'; status?: number; headers?: Readonly<Record<string, string | readonly string[]>> }
  /** Presented as `type`, default the one asked. */
  | { kind: 'resource'; resource: Resource; status?: number; type?: V3Type }
  /** `schema` names the type of the items. As given (the default): neither filtered nor cut, and without a total. */
  | { kind: 'collection'; resources: readonly Resource[]; schema: Schema; shown?: 'filtered' | 'as given' }
  /** Passed on as it is: a raw Kubernetes answer. */
  | { kind: 'response'; response: HttpResponse }

export const empty: Result = { kind: 'empty' }
