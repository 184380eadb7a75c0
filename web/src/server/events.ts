/** The part of `node:events` that the rollout code uses; browsers do not count listeners. */
export function setMaxListeners(): void {}
