/** The last work of each key that is under way. */
export type Turns = Map<string, Promise<unknown>>

/** Does the work when all work of that key that was given before is done, however it ended. */
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
