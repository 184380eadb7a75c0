import { readFile } from 'node:fs/promises'
import type { Difference } from './compare.ts'
import type { Played } from './player.ts'

/** An accepted difference: a table row of the differences document. */
export interface Rule {
  /** Glob on `METHOD path`; `*` matches anything. */
  request: RegExp
  /** Glob on `Difference.where`. */
  where: RegExp
  reason: string
}

/**
 * Parses every table row of the form `` | `request` | `where` | reason | ``, the first two being globs. Other text is
 * ignored.
 */
export function parseRules(markdown: string): Rule[] {
  return markdown.split('\n').flatMap((line) => {
    const cells = /^\|\s*`([^`]+)`\s*\|\s*`([^`]+)`\s*\|\s*(.+?)\s*\|\s*$/.exec(line)
    return cells ? [{ request: glob(cells[1]!), where: glob(cells[2]!), reason: cells[3]! }] : []
  })
}

export async function readRules(file: string): Promise<Rule[]> {
  try {
    return parseRules(await readFile(file, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

function glob(pattern: string): RegExp {
  return new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 's')
}

export type Verdict = 'same' | 'listed' | 'differ'

/** `listed` if rules cover every difference. */
export function judge(played: Played, rules: readonly Rule[]): Verdict {
  if (played.differences.length === 0) return 'same'
  return unlisted(played, rules).length === 0 ? 'listed' : 'differ'
}

export function unlisted(played: Played, rules: readonly Rule[]): Difference[] {
  const fitting = rules.filter((rule) => rule.request.test(played.request))
  return played.differences.filter((difference) => !fitting.some((rule) => rule.where.test(difference.where)))
}
