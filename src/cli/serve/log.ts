import { pino } from 'pino'
import type { ServerOptions } from '../../rancher/index.ts'

export interface ServerLog {
  info(message: string): void
  readonly failure: NonNullable<ServerOptions['onFailure']>
}

/** JSON lines on standard error, leaving standard output to the command. */
export function openLog(level: string): ServerLog {
  const log = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  )
  return {
    info: (message) => log.info(message),
    failure: ({ error, method, path }) =>
      log.error({ err: error, method, path }, 'a request failed through no fault of its caller'),
  }
}
