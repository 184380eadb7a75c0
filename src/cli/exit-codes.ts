import type { ErrorCode } from '../model/errors.ts'
import type { VerdictWord } from '../rollout/index.ts'

/** What the process exits with. Scripts rely on these: see "Exit codes" in the README. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  unreachable: 4,
  timedOut: 70,
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** One row per code: a missing row does not compile. */
export const exitCodeOf = {
  INVALID: exitCodes.usage,
  AMBIGUOUS: exitCodes.usage,
  UNSUPPORTED: exitCodes.refused,
  NOT_FOUND: exitCodes.refused,
  CONFLICT: exitCodes.refused,
  REFUSED: exitCodes.refused,
  UNAUTHENTICATED: exitCodes.unreachable,
  FORBIDDEN: exitCodes.unreachable,
  UNTRUSTED: exitCodes.unreachable,
  UNREACHABLE: exitCodes.unreachable,
  SERVER: exitCodes.unreachable,
  LOCKED: exitCodes.unreachable,
  CORRUPT: exitCodes.unreachable,
} as const satisfies Record<ErrorCode, ExitCode>

export const exitCodeOfVerdict = {
  succeeded: exitCodes.done,
  unchanged: exitCodes.done,
  accepted: exitCodes.done,
  failed: exitCodes.failed,
  refused: exitCodes.refused,
  'timed-out': exitCodes.timedOut,
} as const satisfies Record<VerdictWord, ExitCode>
