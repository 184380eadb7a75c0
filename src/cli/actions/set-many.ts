import picocolors from 'picocolors'
import { DroverError } from '../../model/errors.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import {
  isFailure,
  kindNamed,
  planImages,
  setImages,
  type ItemResult,
  type ManyItem,
  type Target,
  type Wish,
  type WorkloadName,
} from '../../rollout/index.ts'
import { exitCodeOf, exitCodeOfVerdict, exitCodes, type ExitCode } from '../exit-codes.ts'
import { openTarget, type OpenedTarget } from '../open-target.ts'
import { readWorkload } from '../read-workload.ts'
import { readConnection } from '../settings.ts'
import type { Terminal } from '../terminal.ts'
import { nameOf, verdictLines } from '../view/describe.ts'
import { junitText } from '../view/junit.ts'
import { changeOptions, checkedWishes, onePlace, type ChangeFlags, type SetImageFlags } from './set-image.ts'

/** The same wishes on several workloads: those named, or those that a selector fits. */
export async function setManyCommand(
  targets: readonly string[],
  wishes: readonly Wish[],
  flags: SetImageFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const selecting = flags.selector !== undefined || flags.allNamespaces === true
  const addresses = selecting ? [] : targets.map((text) => readWorkload(text, flags.namespace))
  using opened = await openTarget(await readConnection(flags, terminal, onePlace(addresses)), terminal)
  const workloads = selecting
    ? await selected(opened.target, targets, wishes, flags, terminal)
    : addresses.map(({ workload }) => workload)
  return runMany(
    opened,
    workloads.map((workload) => ({ workload, wishes })),
    flags,
    terminal,
  )
}

async function selected(
  target: Target,
  words: readonly string[],
  wishes: readonly Wish[],
  { selector, allNamespaces, namespace = 'default' }: SetImageFlags,
  { signal }: Terminal,
): Promise<WorkloadName[]> {
  const kinds = words.map((word) => {
    const kind = kindNamed(word)
    if (kind) return kind
    throw new DroverError('INVALID', `with -l or -A give kinds, such as deployments, not ${JSON.stringify(word)}`)
  })
  const where = allNamespaces ? {} : { namespace }
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      const objects = await target.list(kind, {
        ...where,
        ...(selector !== undefined && { labelSelector: selector }),
        signal,
      })
      return objects.flatMap((object) => {
        const { namespace: its = namespace, name = '' } = object.metadata
        const workload = { kind, namespace: its, name }
        return hasSuch(workload, object, wishes) ? [workload] : []
      })
    }),
  )
  const found = lists.flat()
  if (found.length > 0) return found
  const place = allNamespaces ? 'any namespace' : `namespace ${namespace}`
  throw new DroverError(
    'NOT_FOUND',
    `no ${words.join(', ')} in ${place} fits ${selector ?? 'that'}; nothing was changed`,
  )
}

/** A workload without such a container is not meant by a selector; one that was named is told. */
function hasSuch(workload: WorkloadName, object: KubeObject, wishes: readonly Wish[]): boolean {
  try {
    planImages(workload, object, wishes)
    return true
  } catch (error) {
    if (error instanceof DroverError && error.code === 'NOT_FOUND') return false
    throw error
  }
}

/** Every item gets one result, whatever becomes of the others. */
export async function runMany(
  opened: OpenedTarget,
  wanted: readonly Pick<ManyItem, 'workload' | 'wishes'>[],
  flags: ChangeFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const { target } = opened
  const items: ManyItem[] = []
  for (const { workload, wishes } of wanted) {
    items.push({ target, workload, wishes: await checkedWishes(opened, workload, wishes, flags, terminal) })
  }
  const { maxParallel, waveSize: firstWave, stopOnFailure = true, output = 'text' } = flags
  const options = {
    ...changeOptions(flags, terminal),
    stopOnFailure,
    ...(maxParallel !== undefined && { maxParallel }),
    ...(firstWave !== undefined && { firstWave }),
  }
  const results: ItemResult[] = []
  try {
    for await (const event of setImages(items, options)) {
      if (event.step !== 'result') continue
      results.push(event.result)
      if (output === 'text') showResult(event.result, terminal, `${results.length}/${items.length}`)
    }
  } finally {
    if (terminal.signal.aborted) terminal.err('interrupted: what was changed stands; `drover status` tells how it is\n')
  }
  conclude(results, output, terminal)
  return worst(results)
}

function showResult(result: ItemResult, { out, color }: Terminal, count: string): void {
  const colors = picocolors.createColors(color)
  const head = `[${count}] ${nameOf(result.workload)}: `
  if ('verdict' in result) out(`${head}${verdictLines(result.verdict, colors).join('\n')}\n`)
  else out(`${head}${'error' in result ? colors.red(`error: ${result.error.message}`) : colors.dim('not begun')}\n`)
}

function conclude(results: readonly ItemResult[], output: ChangeFlags['output'], { out }: Terminal): void {
  const sorted = [...results].sort((one, other) => one.index - other.index)
  if (output === 'junit') return out(junitText(sorted))
  if (output === 'json') return out(`${JSON.stringify({ version: 1, kind: 'Verdicts', items: sorted.map(plain) })}\n`)
  const words = sorted.map((result) =>
    'verdict' in result ? result.verdict.verdict : 'error' in result ? 'error' : 'not begun',
  )
  const counts = [...new Set(words)].map((word) => `${words.filter((one) => one === word).length} ${word}`)
  out(`${sorted.length} workload${sorted.length === 1 ? '' : 's'}: ${counts.join(', ')}\n`)
}

function plain(result: ItemResult) {
  if (!('error' in result)) return result
  const { error, ...rest } = result
  return { ...rest, error: { code: error.code, message: error.message } }
}

/** The first failure decides, as it would have alone. */
function worst(results: readonly ItemResult[]): ExitCode {
  const bad = results.find(isFailure)
  if (!bad) return exitCodes.done
  return 'verdict' in bad
    ? exitCodeOfVerdict[bad.verdict.verdict]
    : 'error' in bad
      ? exitCodeOf[bad.error.code]
      : exitCodes.failed
}
