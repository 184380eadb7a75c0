import type { RolloutSnapshot } from '../model/judge/snapshot.ts'
import type { KubeObject } from '../model/kube-object.ts'
import type { WorkloadKind } from '../model/workload-kinds.ts'
import type { Door, WorkloadName } from './verdict.ts'

/** A new image, written on condition that the container's name and image are unchanged. */
export interface ConditionalImage {
  container: string
  role: 'container' | 'init' | 'ephemeral'
  from: string
  to: string
}

/** Other edits of a workload; each is one conditional write. */
export type WorkloadEdit =
  | { do: 'set-images'; images: readonly ConditionalImage[]; annotations?: Readonly<Record<string, string>> }
  /** The whole pod template of an earlier revision. */
  | { do: 'set-template'; template: KubeObject }
  /** Replaces all pods without any other change. `at` is RFC 3339. */
  | { do: 'restart'; at: string }
  | { do: 'pause' | 'resume' }
  | { do: 'scale'; replicas: number }
  /** Annotates the workload itself, which triggers no rollout. */
  | { do: 'annotate'; annotations: Readonly<Record<string, string>> }

/** `conflict`: the workload does not meet the edit's preconditions; read it again. */
export type WriteResult =
  { written: true; workload: KubeObject; warnings: string[] } | { written: false; workload: KubeObject }

export interface CallSettings {
  signal?: AbortSignal | undefined
}

/**
 * Access to workloads through one of several doors (APIs). Every method raises DroverError: NOT_FOUND, UNAUTHENTICATED,
 * FORBIDDEN, UNTRUSTED, UNREACHABLE, SERVER, INVALID.
 */
export interface Target {
  /** The door used last, or the one to be tried first. */
  readonly door: Door
  /** Id or name of the cluster, if it has one. */
  readonly cluster?: string
  /** One request. */
  read(workload: WorkloadName, call?: CallSettings): Promise<KubeObject>
  /** One conditional request, based on the result of `read`. */
  write(
    workload: WorkloadName,
    seen: KubeObject,
    edit: WorkloadEdit,
    options?: CallSettings & { dryRun?: boolean },
  ): Promise<WriteResult>
  /** Everything that judging needs. Events are read only on request: few rollouts need them. */
  snapshot(workload: WorkloadName, options?: CallSettings & { events?: boolean }): Promise<RolloutSnapshot>
  /**
   * Tail of a container's log, or of its previous run. Empty if there is none; raises FORBIDDEN, UNSUPPORTED, … if it
   * cannot be read.
   */
  log(
    pod: { namespace: string; name: string },
    container: string,
    options?: CallSettings & { lines?: number; previous?: boolean },
  ): Promise<string[]>
  /** Workloads of one kind in one namespace, or in all. */
  list(
    kind: WorkloadKind,
    options?: CallSettings & { namespace?: string; labelSelector?: string },
  ): Promise<KubeObject[]>
  /** The same for many workloads at once: their snapshots share their requests. Absent where that is not possible. */
  sharing?(): Target
}
