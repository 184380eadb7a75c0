import type { Player } from './player.ts'

/** Exchanges with a genuine Rancher, played against the v3 server over the embedded cluster. */
export const rancherPlayer: Player = {
  name: 'rancher',
  document: 'docs/differences-from-rancher.md',
  recordings: 'test/recordings/rancher-2.4.3',
  accepts: () => true,
  // eslint-disable-next-line require-yield
  async *play() {},
}
