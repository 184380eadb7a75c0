import type { Player } from './player.ts'

/** Exchanges with a genuine API server, played against the embedded cluster. */
export const kubernetesPlayer: Player = {
  name: 'kubernetes',
  document: 'docs/differences-from-kubernetes.md',
  recordings: 'test/recordings/kubernetes-1.21',
  accepts: ({ content }) =>
    Object.keys(content.response?.headers ?? {}).some((name) => /^x-kubernetes-pf-/i.test(name)) ||
    (content.request?.headers['User-Agent'] ?? '').startsWith('rec/') ||
    Array.isArray(content['events']),
  // eslint-disable-next-line require-yield
  async *play() {},
}
