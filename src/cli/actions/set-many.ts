import { DroverError } from '../../model/errors.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { WorkloadKind } from '../../model/workload-kinds.ts'
import {
  isFailure,
  kindNamed,
  planImages,
  setImages,
  type ItemResult,
  type Target,
  type TargetAddress,
  type Wish,
  type WorkloadName,
} from '../../rollout/index.ts'
import { collectSooner } from '../collect-sooner.ts'
import { exitCodeOf, exitCodeOfVerdict, exitCodes, type ExitCode } from '../exit-codes.ts'
import { imageChecks, policyOf } from '../image-check.ts'
import type { OpenedTarget } from '../open-target.ts'
import { openPlaces, placesOf, refuseSeveralServers, type OpenPlaces } from '../open-places.ts'
import { readWorkload } from '../read-workload.ts'
import type { Place } from '../settings.ts'
import type { Terminal } from '../terminal.ts'
import { withCiMarksOfMany } from '../view/ci-marks.ts'
import { junitText } from '../view/junit.ts'
import { conclusion, manyView, type ManyName } from '../view/many-view.ts'
import { changeOptions, type ChangeFlags, type SetImageFlags } from './set-image.ts'

/** One change that is wanted, and where. */
export interface PlacedChange {
  opened: OpenedTarget
  workload: WorkloadName
  wishes: readonly Wish[]
}

/** The same wishes on several workloads: those named, or those that a selector fits, in each cluster that is named. */
export async function setManyCommand(
  targets: readonly string[],
  wishes: readonly Wish[],
  flags: SetImageFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  using places = openPlaces(flags, terminal)
  const selecting = flags.selector !== undefined || flags.allNamespaces === true
  const changes = selecting
    ? await selectedChanges(places, targets, wishes, flags, terminal)
    : await namedChanges(places, targets, wishes, flags)
  return runMany(changes, flags, terminal)
}

async function namedChanges(
  places: OpenPlaces,
  targets: readonly string[],
  wishes: readonly Wish[],
  { namespace }: SetImageFlags,
): Promise<PlacedChange[]> {
  const addresses = targets.map((text) => readWorkload(text, namespace))
  refuseSeveralServers(addresses)
  return placeChanges(
    places,
    addresses.map((address) => ({ address, wishes, at: placesOf(address, places) })),
  )
}

/** Each change at each of its places: all that is wanted in the first place comes before the next. */
export async function placeChanges(
  places: OpenPlaces,
  wanted: readonly { address: TargetAddress; wishes: readonly Wish[]; at: readonly Place[] }[],
): Promise<PlacedChange[]> {
  const rounds = Math.max(0, ...wanted.map(({ at }) => at.length))
  const placed = Array.from({ length: rounds }, (_, round) =>
    wanted.flatMap(({ address: { workload }, wishes, at }) => {
      const place = at[round]
      return place ? [{ place, workload, wishes }] : []
    }),
  ).flat()
  return Promise.all(placed.map(async ({ place, ...change }) => ({ opened: await places.open(place), ...change })))
}

async function selectedChanges(
  places: OpenPlaces,
  words: readonly string[],
  wishes: readonly Wish[],
  flags: SetImageFlags,
  terminal: Terminal,
): Promise<PlacedChange[]> {
  const { selector, allNamespaces, namespace = 'default' } = flags
  const kinds = words.map((word) => {
    const kind = kindNamed(word)
    if (kind) return kind
    throw new DroverError('INVALID', `with -l or -A give kinds, such as deployments, not ${JSON.stringify(word)}`)
  })
  const where = allNamespaces ? 'any namespace' : `namespace ${namespace}`
  const nothing = `no ${words.join(', ')} in ${where} fits ${selector ?? 'that'}`
  const found = await Promise.all(
    places.named.map(async (place) => {
      const opened = await places.open(place)
      const workloads = await selected(opened.target, kinds, wishes, flags, terminal)
      if (workloads.length === 0 && places.named.length > 1) terminal.err(`on ${opened.target.cluster}: ${nothing}\n`)
      return workloads.map((workload) => ({ opened, workload, wishes }))
    }),
  )
  const changes = found.flat()
  if (changes.length > 0) return changes
  throw new DroverError('NOT_FOUND', `${nothing}; nothing was changed`)
}

async function selected(
  target: Target,
  kinds: readonly WorkloadKind[],
  wishes: readonly Wish[],
  { selector, allNamespaces, namespace = 'default' }: SetImageFlags,
  { signal }: Terminal,
): Promise<WorkloadName[]> {
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      const objects = await target.list(kind, {
        ...(!allNamespaces && { namespace }),
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
  return lists.flat()
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

/** From this many on, memory matters more than the time of the garbage collector. */
const manyWorkloads = 100

/** Every workload gets one result, whatever becomes of the others. */
export async function runMany(
  wanted: readonly PlacedChange[],
  flags: ChangeFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const changes = together(wanted)
  const names = namesOf(changes)
  using checks = await imageChecks(flags, terminal)
  using _sooner = changes.length < manyWorkloads ? undefined : collectSooner()
  const items = changes.map(({ opened, workload, wishes }) => ({
    target: opened.target,
    workload,
    wishes,
    checkImages: checks.for(opened),
  }))
  const { maxParallel, waveSize: firstWave, stopOnFailure = true, output = 'text' } = flags
  const options = {
    ...changeOptions(flags, terminal),
    stopOnFailure,
    checkAllFirst: policyOf(flags) === 'require' && stopOnFailure,
    ...(maxParallel !== undefined && { maxParallel }),
    ...(firstWave !== undefined && { firstWave }),
  }
  const show = output === 'text' ? withCiMarksOfMany(terminal, manyView(terminal, names)) : () => {}
  const results: ItemResult[] = []
  try {
    for await (const event of setImages(items, options)) {
      if (event.step === 'result') results.push(event.result)
      show(event)
    }
  } finally {
    if (terminal.signal.aborted) terminal.err('interrupted: what was changed stands; `drover status` tells how it is\n')
  }
  conclude(results, names, output, terminal)
  return worst(results)
}

/** Several changes of one workload are one: one write and one rollout. */
function together(wanted: readonly PlacedChange[]): PlacedChange[] {
  const changes: PlacedChange[] = []
  for (const { opened, workload, wishes } of wanted) {
    const same = changes.findIndex((one) => one.opened === opened && sameName(one.workload, workload))
    const before = changes[same]
    if (before) changes[same] = { ...before, wishes: [...before.wishes, ...wishes] }
    else changes.push({ opened, workload, wishes })
  }
  return changes
}

function sameName(one: WorkloadName, other: WorkloadName): boolean {
  return one.kind === other.kind && one.namespace === other.namespace && one.name === other.name
}

/** The cluster is said where there are several. */
function namesOf(changes: readonly PlacedChange[]): ManyName[] {
  const several = new Set(changes.map(({ opened }) => opened)).size > 1
  return changes.map(({ opened: { target }, workload }) => ({
    ...workload,
    ...(several && target.cluster !== undefined && { cluster: target.cluster }),
  }))
}

function conclude(
  results: readonly ItemResult[],
  names: readonly ManyName[],
  output: ChangeFlags['output'],
  { out }: Terminal,
): void {
  const sorted = [...results].sort((one, other) => one.index - other.index)
  const placed = sorted.map((result) => ({ ...result, workload: names[result.index] ?? result.workload }))
  if (output === 'junit') return out(junitText(placed))
  if (output === 'json') return out(`${JSON.stringify({ version: 1, kind: 'Verdicts', items: placed.map(plain) })}\n`)
  out(`${conclusion(placed)}\n`)
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
