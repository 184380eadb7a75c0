/** The last pending work per key. */
export type Turns = Map<string, Promise<unknown>>

/** Runs the work after all earlier work for that key has settled. */
export async function inTurn<T>(turns: Turns, key: string, work: () => Promise<T>): Promise<T> {
  const before = turns.get(key)
  const own = before ? before.then(work, work) : work()
  turns.set(key, own)
  try {
    return await own
  } finally {
    if (turns.get(key) === own) turns.delete(key)
  }
}
