import { join } from 'node:path'
import { kubernetesPlayer } from './kubernetes.ts'
import type { Played, Player } from './player.ts'
import { rancherPlayer } from './rancher.ts'
import { readRecordings, type Recording } from './recording.ts'
import { readRules, type Rule } from './rules.ts'

/** A recording belongs to the first player that accepts it. */
const players: readonly Player[] = [kubernetesPlayer, rancherPlayer]

export interface ReplayOptions {
  /** The repository's root, with the differences documents and the committed recordings. */
  root: string
  /** Plays only files whose name matches; the others still help to rebuild states. */
  only?: Pick<RegExp, 'test'> | undefined
}

/** Plays every recording of a folder against our servers and yields the results with the rules that judge them. */
export async function* replay(
  directory: string,
  { root, only }: ReplayOptions,
): AsyncGenerator<{ played: Played; rules: readonly Rule[] }> {
  const all = await readRecordings(directory)
  const taken = new Set<Recording>()
  for (const player of players) {
    const own = all.filter((recording) => !taken.has(recording) && player.accepts(recording))
    for (const recording of own) taken.add(recording)
    const judged = only ? own.filter((recording) => only.test(recording.file)) : own
    if (judged.length === 0) continue
    const rules = await readRules(join(root, player.document))
    const context = await withCommitted(own, player, root)
    for await (const played of player.play(judged, context)) yield { played, rules }
  }
}

/** The folder's recordings, and the committed ones it does not contain. */
async function withCommitted(own: readonly Recording[], player: Player, root: string): Promise<Recording[]> {
  const files = new Set(own.map((recording) => recording.file))
  const committed = (await readRecordings(join(root, player.recordings))).filter(({ file }) => !files.has(file))
  return [...own, ...committed].sort((a, b) => a.number - b.number || (a.file < b.file ? -1 : 1))
}
