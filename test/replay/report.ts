import type { Played } from './player.ts'
import { judge, unlisted, type Rule, type Verdict } from './rules.ts'

const shownDifferences = 8

/** Counts verdicts by group and prints differences. The last line is exactly `N same, N listed, N differ`. */
export class Report {
  readonly #groups = new Map<string, Record<Verdict, number>>()
  readonly #write: (line: string) => void
  readonly #showsListed: boolean
  readonly differing: string[] = []

  /** `showsListed`: also print accepted differences with the rows that accept them. */
  constructor(write: (line: string) => void, { showsListed = false } = {}) {
    this.#write = write
    this.#showsListed = showsListed
  }

  add(played: Played, rules: readonly Rule[]): Verdict {
    const verdict = judge(played, rules)
    const counts = this.#groups.get(played.group) ?? { same: 0, listed: 0, differ: 0 }
    counts[verdict]++
    this.#groups.set(played.group, counts)
    if (verdict === 'differ') this.#describe(played, rules)
    if (verdict === 'listed' && this.#showsListed) this.#describeListed(played, rules)
    return verdict
  }

  #describeListed({ recording, request, differences }: Played, rules: readonly Rule[]): void {
    this.#write(`listed: ${recording.file}  ${request}`)
    for (const { where, recorded, answered } of differences) {
      const row = rules.find((rule) => rule.request.test(request) && rule.where.test(where))
      this.#write(`    ${where}: recorded ${brief(recorded)}, answered ${brief(answered)} (${row?.reason})`)
    }
  }

  #describe(played: Played, rules: readonly Rule[]): void {
    const found = unlisted(played, rules)
    this.differing.push(played.recording.file)
    this.#write(`differs: ${played.recording.file}  ${played.request}`)
    for (const { where, recorded, answered } of found.slice(0, shownDifferences)) {
      this.#write(`    ${where}: recorded ${brief(recorded)}, answered ${brief(answered)}`)
    }
    if (found.length > shownDifferences) this.#write(`    and ${found.length - shownDifferences} more`)
  }

  get total(): Record<Verdict, number> {
    const total = { same: 0, listed: 0, differ: 0 }
    for (const counts of this.#groups.values()) {
      for (const verdict of ['same', 'listed', 'differ'] as const) total[verdict] += counts[verdict]
    }
    return total
  }

  finish(): void {
    for (const [group, counts] of this.#groups) this.#write(`${group.padEnd(40)} ${line(counts)}`)
    this.#write(line(this.total))
  }
}

function line({ same, listed, differ }: Record<Verdict, number>): string {
  return `${same} same, ${listed} listed, ${differ} differ`
}

function brief(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}
