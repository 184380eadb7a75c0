import type { KubeObject } from '../model/kube-object.ts'
import type { Shape } from './schema/index.ts'
import type { Api } from './verbs/api.ts'

export type {
  KubeObject,
  KubeObjectMeta as ObjectMeta,
  KubeOwnerReference as OwnerReference,
} from '../model/kube-object.ts'

/** An error of an object, like Kubernetes' field errors. */
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
  /** 1 is shown only by `-o wide`. */
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
  /** The text of the value, quoted by decode errors. */
  source?: string
  /** Receives the paths of unknown fields (`spec.bogus`), for fieldValidation Strict and Warn. */
  unknown?: string[]
}

/**
 * A served resource: a row of data and pure functions. The verbs (`api.ts`) know no kind by name, so a new kind is a
 * new row.
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
  /** Defined by a custom resource definition. */
  custom?: boolean
  /** Sorted, as discovery prints them. */
  verbs: readonly string[]
  /** Subresources by name, e.g. status, scale, log, eviction, binding. */
  subresources?: readonly string[]
  /** Whether spec changes increment metadata.generation. */
  generation: boolean
  /** Changes to the object's own annotations increment the generation, too (Deployment). */
  generationCountsAnnotations?: boolean
  /** Another version or group of a resource that a different row stores (events.k8s.io). */
  storedAs?: {
    type: ResourceType
    /** Converts a stored object to this row's version. */
    fromStored(object: KubeObject): KubeObject
    toStored(object: KubeObject): KubeObject
  }
  /** Deprecation notice in discovery and Warning headers. */
  deprecation?: string
  /** Validates the structure of parsed JSON and drops unknown fields. Returns a new object; raises `DecodeError`. */
  decode?(value: unknown, options?: DecodeOptions): KubeObject
  /** Admission that depends on other objects, before validation (a pod's service account). In place; raises. */
  admitCreate?(object: KubeObject, api: Api): void
  /** For a custom resource: its schema's lists and maps. */
  shape?: Shape
  /**
   * Allocates cluster-wide resources (cluster IPs, node ports) after validation; in a dry run only to show them. In
   * place; raises.
   */
  allocate?(object: KubeObject, api: Api, old?: KubeObject, dryRun?: boolean): void
  /** Raises if the object must not be deleted (system namespaces). */
  admitDelete?(object: KubeObject, api: Api): void
  /** Seconds between marking and removal; only for pods. `requested` is the caller's value. */
  gracePeriod?(object: KubeObject, requested: number | undefined): number
  /** Called when marked for deletion: sets status.phase of a namespace. In place. */
  prepareForDelete?(object: KubeObject): void
  /** Holds back a marked object by more than metadata.finalizers (spec.finalizers of a namespace). */
  heldBack?(object: KubeObject): boolean
  /** Reverts what `/status` may not change besides the spec. In place. */
  prepareForStatusUpdate?(object: KubeObject, old: KubeObject): void
  /** A PUT to a missing object creates it (Lease, Event, Endpoints). */
  createOnUpdate?: boolean
  /** A PUT requires metadata.resourceVersion (Service, custom resources, …). */
  versionRequired?: boolean
  nameRule: 'dns-subdomain' | 'dns-label' | 'dns-1035-label' | 'path-segment'
  /**
   * A write runs: decode, setDefaults, admitCreate, [set uid and creationTimestamp on create,] prepareForCreate or
   * prepareForUpdate, validate, allocate, store. Validation includes the metadata.
   * Sets defaults in place on every decoded object, old ones included; idempotent.
   */
  setDefaults?(object: KubeObject): void
  /** Before validating a create: drops status, sets what only the server decides. In place. */
  prepareForCreate?(object: KubeObject): void
  /** Before validating an update: reverts what may not be changed this way. In place. */
  prepareForUpdate?(object: KubeObject, old: KubeObject): void
  /** All errors of the object; with `old`, changes to immutable fields as well. */
  validate?(object: KubeObject, old?: KubeObject): FieldError[]
  /** Field selectors beyond metadata.name and metadata.namespace, by path. */
  selectableFields?: Readonly<Record<string, (object: KubeObject) => string>>
  /** The paths that `scale` reads and writes. */
  scale?: { replicas: readonly string[]; statusReplicas: readonly string[]; selector: readonly string[] }
  columns: readonly TableColumn[]
  /** An annotation that Kubernetes adds on conversion and is stored here: tables omit it. */
  convertedAnnotation?: string
  /** Conditions of a Table row, such as Completed for a pod. */
  rowConditions?(object: KubeObject): RowCondition[]
  /** The version that Kubernetes 1.21 stores, if different; used for discovery's storageVersionHash. */
  storedVersion?: string
  /** Default propagation policy of a DELETE. */
  defaultPropagation?: 'Background' | 'Orphan'
}

/** JSON that does not fit its kind, with the message of Kubernetes' decoder; callers add the rest. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
}
