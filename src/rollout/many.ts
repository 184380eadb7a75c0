import { setMaxListeners } from 'node:events'
import { DroverError } from '../model/errors.ts'
import type { CheckImages, SetImageOptions } from './options.ts'
import { planImages } from './plan.ts'
import { setImage } from './set-image.ts'
import type { Target } from './target.ts'
import type { RolloutEvent, Verdict, WorkloadName } from './verdict.ts'
import type { Wish } from './wish.ts'

/** One of several changes. */
export interface ManyItem {
  target: Target
  workload: WorkloadName
  wishes: readonly Wish[]
  /** As in SetImageOptions; workloads of different clusters are checked differently. */
  checkImages?: CheckImages | undefined
}

export interface ManyOptions extends SetImageOptions {
  /** How many are changed and followed at once; what they ask for they share. Default 1000. */
  maxParallel?: number
  /** The first wave has so many, and each next one twice as many; none begins before the last has ended well. Default: all at once. */
  firstWave?: number
  /** Ask for the images of all items before the first is written; where one must not be, none is. Default false. */
  checkAllFirst?: boolean
  /** Begin no other item once one has failed, timed out or could not be asked. Default true. */
  stopOnFailure?: boolean
}

/** How one item ended: by its verdict, by an error, or not begun because another failed. */
export type ItemResult =
  | { index: number; workload: WorkloadName; verdict: Verdict }
  | { index: number; workload: WorkloadName; error: DroverError }
  | { index: number; workload: WorkloadName; skipped: true }

/** Told while several changes are made: each item's own events, then its result. */
export type ManyEvent = { step: 'event'; index: number; event: RolloutEvent } | { step: 'result'; result: ItemResult }

/** Changes several workloads, side by side and in waves. Every item gets exactly one result. */
export async function* setImages(
  items: readonly ManyItem[],
  options: ManyOptions = {},
): AsyncGenerator<ManyEvent, void, void> {
  const { maxParallel = 1000, firstWave = items.length, stopOnFailure = true, checkAllFirst = false } = options
  if (!(maxParallel >= 1 && firstWave >= Math.min(1, items.length))) {
    throw new DroverError('INVALID', 'maxParallel and firstWave must be at least 1')
  }
  if (items.length > 1) items = sharingLists(items)
  const barred = checkAllFirst ? await barredItems(items, options) : new Set()
  if (barred.size > 0) {
    for (const index of items.keys()) {
      if (barred.has(index)) yield* runItem(items, index, options)
      else yield { step: 'result', result: skippedAt(items, index) }
    }
    return
  }
  const course: Course = { next: 0, stopped: false, stopOnFailure }
  for (let size = firstWave; course.next < items.length; size *= 2) {
    const end = Math.min(items.length, course.next + size)
    yield* runWave(items, course, end, { ...options, maxParallel })
    if (!course.stopped) continue
    for (; course.next < items.length; course.next++) yield { step: 'result', result: skippedAt(items, course.next) }
  }
}

/** Those whose images must not be written. What else is wrong with an item is told when its turn comes. */
async function barredItems(items: readonly ManyItem[], options: SetImageOptions): Promise<ReadonlySet<number>> {
  const { signal } = options
  const barred = await Promise.all(
    items.map(async ({ target, workload, wishes, checkImages = options.checkImages }) => {
      try {
        const seen = await target.read(workload, { signal })
        const plan = planImages(workload, seen, wishes, options)
        return plan.refused === undefined && (await checkImages?.(plan, seen))?.refused !== undefined
      } catch (error) {
        if (error instanceof DroverError) return false
        throw error
      }
    }),
  )
  return new Set(barred.flatMap((isBarred, index) => (isBarred ? [index] : [])))
}

/** One view of each target, on which the items that are there look together. */
function sharingLists(items: readonly ManyItem[]): ManyItem[] {
  const views = new Map<Target, Target>()
  return items.map((item) => {
    const view = views.get(item.target) ?? item.target.sharing?.() ?? item.target
    views.set(item.target, view)
    return { ...item, target: view }
  })
}

/** How far the whole is. */
interface Course {
  /** The next item that is to begin. */
  next: number
  stopped: boolean
  readonly stopOnFailure: boolean
}

export function isFailure(result: ItemResult): boolean {
  if ('error' in result) return true
  return 'verdict' in result && ['failed', 'timed-out', 'refused'].includes(result.verdict.verdict)
}

function skippedAt(items: readonly ManyItem[], index: number): ItemResult {
  const item = items[index]
  if (!item) throw new RangeError(`no item ${index}`)
  return { index, workload: item.workload, skipped: true }
}

/** So many are looked at and written at once, however many are followed: more would wait for the same connections. */
const writtenAtOnce = 32

/** Lets so many in at once; the others wait in line. */
class Gate {
  #free: number
  readonly #line: (() => void)[] = []

  constructor(places: number) {
    this.#free = places
  }

  /** Answers what gives the place back; giving it back again does nothing. */
  async enter(): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1
    else await new Promise<void>((resume) => this.#line.push(resume))
    let held = true
    return () => {
      if (!held) return
      held = false
      const next = this.#line.shift()
      if (next) next()
      else this.#free += 1
    }
  }
}

/** So many lanes as run at once; each takes the next item when it has ended one. What they tell is queued. */
async function* runWave(
  items: readonly ManyItem[],
  course: Course,
  end: number,
  options: ManyOptions & { maxParallel: number },
): AsyncGenerator<ManyEvent, void, void> {
  const told: ManyEvent[] = []
  const left = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, left.signal]) : left.signal
  // every request under way listens: that many are no leak
  setMaxListeners(0, signal)
  const gate = new Gate(writtenAtOnce)
  let wake = () => {}
  const lane = async () => {
    for (;;) {
      const leave = await gate.enter()
      if (course.next >= end || course.stopped) return leave()
      for await (const event of runItem(items, course.next++, { ...options, signal }, leave)) {
        if (event.step === 'result' && isFailure(event.result)) course.stopped ||= course.stopOnFailure
        told.push(event)
        wake()
      }
    }
  }
  const count = Math.min(options.maxParallel, end - course.next)
  const wave = { running: true }
  const lanes = Promise.all(Array.from({ length: count }, lane)).finally(() => {
    wave.running = false
    wake()
  })
  // looked at below, when what was told before has been passed on
  lanes.catch(() => undefined)
  try {
    while (wave.running || told.length > 0) {
      yield* told.splice(0)
      if (wave.running && told.length === 0) await new Promise<void>((resume) => (wake = resume))
    }
    await lanes
  } finally {
    // a caller that stops listening, or an abort in one lane, ends the others where they are
    left.abort()
    await lanes.catch(() => undefined)
  }
}

async function* runItem(
  items: readonly ManyItem[],
  index: number,
  options: SetImageOptions,
  written = () => {},
): AsyncGenerator<ManyEvent, void, void> {
  const item = items[index]
  if (!item) return
  const { target, workload, wishes, checkImages = options.checkImages } = item
  try {
    for await (const event of setImage(target, workload, wishes, { ...options, checkImages })) {
      if (event.step === 'applied') written()
      yield { step: 'event', index, event }
      if (event.step === 'verdict') yield { step: 'result', result: { index, workload, verdict: event.verdict } }
    }
  } catch (error) {
    if (!(error instanceof DroverError)) throw error
    yield { step: 'result', result: { index, workload, error } }
  } finally {
    written()
  }
}
