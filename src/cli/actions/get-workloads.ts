import { DroverError } from '../../model/errors.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { imageRepository, isImageReference, parseImageReference } from '../../model/image-reference.ts'
import { glance, type Glance } from '../../model/judge/glance.ts'
import { containersOf } from '../../model/pod-template.ts'
import type { WorkloadKind } from '../../model/workload-kinds.ts'
import type { Target, WorkloadName } from '../../rollout/index.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { openTarget } from '../open-target.ts'
import { readConnection, type ConnectionFlags } from '../settings.ts'
import type { Terminal } from '../terminal.ts'
import { tableLines } from '../view/table.ts'

export interface GetWorkloadsFlags extends ConnectionFlags {
  selector?: string
  /** An image reference; only workloads that run its repository. */
  match?: string
  output?: 'text' | 'json'
}

/** Those that people make; ReplicaSets and pods mostly belong to one of them. */
const listed: readonly WorkloadKind[] = ['deployment', 'statefulset', 'daemonset', 'cronjob', 'job']

/**
 * What there is, with images and state. The state is the workloads' own word for it: `status` looks at their pods, too.
 */
export async function getWorkloadsCommand(flags: GetWorkloadsFlags, terminal: Terminal): Promise<ExitCode> {
  using opened = await openTarget(await readConnection(flags, terminal), terminal)
  const { namespace, selector, match } = flags
  const wanted = match === undefined ? undefined : imageRepository(parseImageReference(match))
  const place = {
    signal: terminal.signal,
    ...(namespace && { namespace }),
    ...(selector && { labelSelector: selector }),
  }
  const lists = await Promise.all(listed.map((kind) => listKind(opened.target, kind, place)))
  const workloads = lists.flat().filter(({ containers }) => wanted === undefined || containers.some(runs(wanted)))
  if (flags.output === 'json') terminal.out(`${JSON.stringify(workloads)}\n`)
  else if (workloads.length === 0) terminal.err(`no workloads${namespace === undefined ? '' : ` in ${namespace}`}\n`)
  else for (const line of tableLines(workloads.map(row), columns)) terminal.out(`${line}\n`)
  return exitCodes.done
}

async function listKind(
  target: Target,
  kind: WorkloadKind,
  place: Parameters<Target['list']>[1],
): Promise<ListedWorkload[]> {
  try {
    const objects = await target.list(kind, place)
    return objects.map((object) => describe(kind, object))
  } catch (error) {
    // A cluster that does not serve this kind has none of it.
    if (error instanceof DroverError && error.code === 'NOT_FOUND') return []
    throw error
  }
}

/** One workload, as `-o json` has it. */
interface ListedWorkload extends Glance, WorkloadName {
  containers: { name: string; role: string; image: string }[]
}

function describe(kind: WorkloadKind, object: KubeObject): ListedWorkload {
  const { namespace = '', name = '' } = object.metadata
  const containers = containersOf(kind, object).map(({ name, role, image }) => ({ name, role, image }))
  return { kind, namespace, name, ...glance(kind, object), containers }
}

function runs(repository: string) {
  return ({ image }: { image: string }) =>
    isImageReference(image) && imageRepository(parseImageReference(image)) === repository
}

const columns = ['workload', 'ready', 'state', 'images'] as const

function row({ kind, namespace, name, state, wanted, ready, updated, containers }: ListedWorkload) {
  const few = wanted !== undefined && updated !== undefined && updated < wanted
  return {
    workload: `${kind}:${namespace}:${name}`,
    ready: wanted === undefined ? '-' : `${ready ?? 0}/${wanted}`,
    state: few && state !== 'stopped' ? `${state}, ${updated} new` : state,
    images: containers.map(({ name, image }) => `${name}=${image}`).join(' '),
  }
}
