import { useSyncExternalStore } from 'preact/compat'
import type { RolloutProgress } from '../../../src/model/judge/snapshot.ts'
import type { Seen } from '../language/rollout-words.ts'
import type { ImageChange, RolloutEvent, Verdict } from '../../../src/rollout/index.ts'

/** Pod counts, `at` ms after the change started. */
export interface Sample {
  at: number
  old: number
  fresh: number
  ready: number
}

/** One change from start to verdict. Continues while the user visits other pages. */
export interface Run {
  begun: number
  changes: ImageChange[]
  /** The latest snapshot. */
  seen?: Seen
  /** A tolerated problem, in the words of its source; empty once it is over. */
  note: string
  samples: Sample[]
  /** Whether the change was written and, after a failure, its rollback. */
  written?: 'change' | 'undo'
  progress?: RolloutProgress
  verdict?: Verdict
  /** Why it could not be followed any further. */
  error?: unknown
}

const runs = new Map<string, Run>()
const listeners = new Set<() => void>()

function put(key: string, run: Run | undefined): void {
  if (run) runs.set(key, run)
  else runs.delete(key)
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useRun(key: string): Run | undefined {
  return useSyncExternalStore(subscribe, () => runs.get(key))
}

export function dismissRun(key: string): void {
  put(key, undefined)
}

/** Consumes the rollout's events to the end. */
export async function followRun(key: string, events: AsyncIterable<RolloutEvent>): Promise<void> {
  let run: Run = { begun: Date.now(), changes: [], note: '', samples: [] }
  put(key, run)
  try {
    for await (const event of events) {
      run = advance(run, event)
      put(key, run)
    }
  } catch (error) {
    put(key, { ...run, error })
  }
}

function advance(run: Run, event: RolloutEvent): Run {
  switch (event.step) {
    case 'planned':
      return { ...run, changes: event.plan.changes }
    case 'trouble':
      return { ...run, note: event.message }
    case 'applied':
      // the rollback after a failure is not the requested change
      if (run.written) return { ...run, written: 'undo' }
      return { ...run, written: 'change', changes: run.changes.length > 0 ? run.changes : event.changes }
    case 'undoing':
      return { ...run, note: event.message }
    case 'progress':
      return withProgress({ ...run, seen: event, note: '' }, event.progress)
    case 'verdict': {
      const { verdict } = event
      const ended = { ...run, verdict, note: '' }
      const last = verdict.undo?.rollout ?? verdict.rollout
      return last ? withProgress(ended, last) : ended
    }
    default:
      return event satisfies never
  }
}

function withProgress(run: Run, progress: RolloutProgress): Run {
  const { old, updated, ready } = progress
  const at = Date.now() - run.begun
  // an undo creates pods of the old images and replaces the failed ones
  const sample =
    run.written === 'undo'
      ? { at, old: updated, fresh: old, ready: 0 }
      : { at, old, fresh: Math.max(0, updated - ready), ready }
  return { ...run, progress, samples: [...run.samples, sample] }
}
