import type { KubeObject } from '../model/kube-object.ts'
import type { Shape } from './schema/index.ts'
import type { Api } from './verbs/api.ts'

export type {
  KubeObject,
  KubeObjectMeta as ObjectMeta,
  KubeOwnerReference as OwnerReference,
} from '../model/kube-object.ts'

/** One thing wrong with an object, as Kubernetes' field errors have it. */
export interface FieldError {
  reason:
    | 'FieldValueRequired'
    | 'FieldValueInvalid'
    | 'FieldValueNotSupported'
    | 'FieldValueDuplicate'
    | 'FieldValueForbidden'
    | 'FieldValueTooLong'
    | 'FieldValueTooMany'
    | 'FieldValueNotFound'
  /** Path such as `spec.template.spec.containers[0].image`. */
  field: string
  /** As in the Status cause: `Invalid value: "x": must be …`. */
  message: string
}

export interface TableColumn {
  name: string
  type: 'string' | 'integer' | 'number' | 'boolean' | 'date'
  format?: string
  description: string
  /** 1 is shown by `-o wide` only. */
  priority: number
  /** The cell of one object. `now` is in ms since the epoch, for ages. */
  cell(object: KubeObject, now: number): string | number | boolean | null
}

export interface RowCondition {
  type: 'Completed'
  status: 'True'
  reason: string
  message: string
}

export interface DecodeOptions {
  /** The text that the value was parsed from: decode errors quote the place. */
  source?: string
  /** Unknown fields are added here by path (`spec.bogus`), for fieldValidation Strict and Warn. */
  unknown?: string[]
}

/**
 * One served resource: a row of data and pure functions. The verbs (`api.ts`) know no kind by name, so a new kind is a new row.
 */
export interface ResourceType {
  /** '' for the core group. */
  group: string
  version: string
  kind: string
  plural: string
  singular: string
  shortNames?: readonly string[]
  categories?: readonly string[]
  namespaced: boolean
  /** Of a custom resource definition. */
  custom?: boolean
  /** In the order discovery prints them (sorted). */
  verbs: readonly string[]
  /** Subresources by name, e.g. status, scale, log, eviction, binding. */
  subresources?: readonly string[]
  /** Whether metadata.generation counts spec changes. */
  generation: boolean
  /** The generation also counts changes of the object's own annotations (Deployment). */
  generationCountsAnnotations?: boolean
  /** Another version or group of a resource that is stored as another row has it (events.k8s.io). */
  storedAs?: {
    type: ResourceType
    /** A fresh object of this row from the stored one. */
    fromStored(object: KubeObject): KubeObject
    toStored(object: KubeObject): KubeObject
  }
  /** What discovery and a Warning header say of an old version. */
  deprecation?: string
  /** Checks the structure of parsed JSON and drops unknown fields: a fresh object. Raises `DecodeError`. */
  decode?(value: unknown, options?: DecodeOptions): KubeObject
  /** Refusals and additions that look at other objects, before validation (service account of a pod). In place; raises. */
  admitCreate?(object: KubeObject, api: Api): void
  /** Of a custom resource: what its schema says of lists and maps. */
  shape?: Shape
  /** Takes what the cluster hands out (cluster IPs, node ports), after validation; in a dry run to show it. In place; raises. */
  allocate?(object: KubeObject, api: Api, old?: KubeObject, dryRun?: boolean): void
  /** Raises when this object may not be deleted (namespaces of the system). */
  admitDelete?(object: KubeObject, api: Api): void
  /** Seconds between the mark and the removal; only pods have it. `requested` is the caller's wish. */
  gracePeriod?(object: KubeObject, requested: number | undefined): number
  /** When it is marked for deletion: status.phase of a namespace. In place. */
  prepareForDelete?(object: KubeObject): void
  /** More than metadata.finalizers keeps a marked object (spec.finalizers of a namespace). */
  heldBack?(object: KubeObject): boolean
  /** What `/status` may not change beyond the spec. In place. */
  prepareForStatusUpdate?(object: KubeObject, old: KubeObject): void
  /** A PUT to an absent object creates it (Lease, Event, Endpoints). */
  createOnUpdate?: boolean
  /** A PUT must carry metadata.resourceVersion (Service, custom resources, …). */
  versionRequired?: boolean
  nameRule: 'dns-subdomain' | 'dns-label' | 'dns-1035-label' | 'path-segment'
  /**
   * A write goes: decode, setDefaults, admitCreate, [uid and creationTimestamp are set on create,] prepareForCreate or
   * prepareForUpdate, validate, allocate, store. Validation includes the metadata.
   * Fills what the caller left out, in place, on every decoded object (also old ones): idempotent.
   */
  setDefaults?(object: KubeObject): void
  /** Before a create is validated: drop status, fill what only the server decides. In place. */
  prepareForCreate?(object: KubeObject): void
  /** Before an update is validated: put back what this door may not change. In place. */
  prepareForUpdate?(object: KubeObject, old: KubeObject): void
  /** Everything wrong with the object; `old` on update, where immutable fields are checked too. */
  validate?(object: KubeObject, old?: KubeObject): FieldError[]
  /** Field selectors beyond metadata.name and metadata.namespace, by path. */
  selectableFields?: Readonly<Record<string, (object: KubeObject) => string>>
  /** Where `scale` reads and writes. */
  scale?: { replicas: readonly string[]; statusReplicas: readonly string[]; selector: readonly string[] }
  columns: readonly TableColumn[]
  /** An annotation that Kubernetes adds when it converts the object to its version, and here is stored: tables lack it. */
  convertedAnnotation?: string
  /** What a Table's row says beside its cells: a pod that is done. */
  rowConditions?(object: KubeObject): RowCondition[]
  /** The version that Kubernetes 1.21 stores, where that is not this one; discovery's storageVersionHash shows it. */
  storedVersion?: string
  /** What a plain DELETE of the owner does to dependents when the caller does not say. */
  defaultPropagation?: 'Background' | 'Orphan'
}

/** JSON that does not fit its kind; the message is Kubernetes' decoder's, each door words the rest. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
}
