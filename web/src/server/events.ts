/** `node:events`, as far as the rollout code uses it, for the page: nobody counts listeners there. */
export function setMaxListeners(): void {}
