import { DroverError } from '../../model/errors.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { containersOf } from '../../model/pod-template.ts'
import type { WorkloadKind } from '../../model/workload-kinds.ts'
import type { Target } from '../../rollout/index.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { openTarget } from '../open-target.ts'
import { readConnection, type ConnectionFlags } from '../settings.ts'
import type { Terminal } from '../terminal.ts'
import { tableLines } from '../view/table.ts'

export interface GetWorkloadsFlags extends ConnectionFlags {
  output?: 'text' | 'json'
}

/** Those that people make; ReplicaSets and pods mostly belong to one of them. */
const listed: readonly WorkloadKind[] = ['deployment', 'statefulset', 'daemonset', 'cronjob', 'job']

export async function getWorkloadsCommand(flags: GetWorkloadsFlags, terminal: Terminal): Promise<ExitCode> {
  using opened = await openTarget(await readConnection(flags, terminal), terminal)
  const { namespace } = flags
  const lists = await Promise.all(listed.map((kind) => listKind(opened.target, kind, namespace, terminal.signal)))
  const rows = lists.flat()
  if (flags.output === 'json') terminal.out(`${JSON.stringify(rows)}\n`)
  else if (rows.length === 0) terminal.err(`no workloads${namespace === undefined ? '' : ` in ${namespace}`}\n`)
  else for (const line of tableLines(rows, ['workload', 'ready', 'images'])) terminal.out(`${line}\n`)
  return exitCodes.done
}

async function listKind(target: Target, kind: WorkloadKind, namespace: string | undefined, signal: AbortSignal) {
  try {
    const objects = await target.list(kind, { signal, ...(namespace !== undefined && { namespace }) })
    return objects.map((object) => row(kind, object))
  } catch (error) {
    // A cluster that does not serve this kind has none of it.
    if (error instanceof DroverError && error.code === 'NOT_FOUND') return []
    throw error
  }
}

function row(kind: WorkloadKind, object: KubeObject) {
  const { namespace = '', name = '' } = object.metadata
  const images = containersOf(kind, object).map((container) => `${container.name}=${container.image}`)
  return { workload: `${kind}:${namespace}:${name}`, ready: readiness(object), images: images.join(' ') }
}

function readiness({ spec = {}, status = {} }: KubeObject): string {
  const { replicas, completions } = spec as { replicas?: number; completions?: number }
  const { desiredNumberScheduled, readyReplicas, numberReady, succeeded } = status as Record<string, number | undefined>
  const wanted = replicas ?? desiredNumberScheduled ?? completions
  return wanted === undefined ? '-' : `${readyReplicas ?? numberReady ?? succeeded ?? 0}/${wanted}`
}
