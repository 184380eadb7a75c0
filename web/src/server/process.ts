/** The part of `node:process` that the rollout code uses. */
export function hrtime(start: readonly [number, number] = [0, 0]): [number, number] {
  const nanoseconds = performance.now() * 1e6 - start[0] * 1e9 - start[1]
  const seconds = Math.floor(nanoseconds / 1e9)
  return [seconds, nanoseconds - seconds * 1e9]
}
