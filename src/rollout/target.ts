import type { RolloutSnapshot } from '../model/judge/snapshot.ts'
import type { KubeObject } from '../model/kube-object.ts'
import type { WorkloadKind } from '../model/workload-kinds.ts'
import type { Door, WorkloadName } from './verdict.ts'

/** A container's image to be written, on the condition that name and image are still these. */
export interface ConditionalImage {
  container: string
  role: 'container' | 'init' | 'ephemeral'
  from: string
  to: string
}

/** Other changes of a workload that Drover makes; each is one conditional write. */
export type WorkloadEdit =
  | { do: 'set-images'; images: readonly ConditionalImage[]; annotations?: Readonly<Record<string, string>> }
  /** The whole pod template, as an earlier revision has it. */
  | { do: 'set-template'; template: KubeObject }
  /** Replaces all pods without another change. `at` is RFC 3339. */
  | { do: 'restart'; at: string }
  | { do: 'pause' | 'resume' }
  | { do: 'scale'; replicas: number }
  /** Annotations of the workload itself: nothing rolls. */
  | { do: 'annotate'; annotations: Readonly<Record<string, string>> }

/** How a write ended. `conflict`: the workload is not as the edit requires; look at it again. */
export type WriteResult =
  { written: true; workload: KubeObject; warnings: string[] } | { written: false; workload: KubeObject }

export interface CallSettings {
  signal?: AbortSignal | undefined
}

/**
 * A place where workloads live, through one of its doors. Everything raises DroverError: NOT_FOUND, UNAUTHENTICATED,
 * FORBIDDEN, UNTRUSTED, UNREACHABLE, SERVER, INVALID.
 */
export interface Target {
  /** The door that was used last, or will be tried first. */
  readonly door: Door
  /** The cluster's id or name, where it has one. */
  readonly cluster?: string
  /** One request. */
  read(workload: WorkloadName, call?: CallSettings): Promise<KubeObject>
  /** One conditional request, based on what `read` answered. */
  write(
    workload: WorkloadName,
    seen: KubeObject,
    edit: WorkloadEdit,
    options?: CallSettings & { dryRun?: boolean },
  ): Promise<WriteResult>
  /** Everything needed to judge. `events` are asked for only when wanted: few rollouts need them. */
  snapshot(workload: WorkloadName, options?: CallSettings & { events?: boolean }): Promise<RolloutSnapshot>
  /**
   * The last lines of a container, or of its run before. Empty where there are none; raises FORBIDDEN, UNSUPPORTED, … where they
   * cannot be read.
   */
  log(
    pod: { namespace: string; name: string },
    container: string,
    options?: CallSettings & { lines?: number; previous?: boolean },
  ): Promise<string[]>
  /** Workloads of one kind, in one namespace or all. */
  list(
    kind: WorkloadKind,
    options?: CallSettings & { namespace?: string; labelSelector?: string },
  ): Promise<KubeObject[]>
  /** The same for many workloads at once: their snapshots share their requests. Absent where that is not possible. */
  sharing?(): Target
}
