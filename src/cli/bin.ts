import { packedRequire } from './packs.ts'
import type * as RunProcess from './run-process.ts'
import { version } from './version.ts'

/** The version alone needs none of the program; everything else is loaded when it is asked for. */
async function start(): Promise<void> {
  const [first = '', ...rest] = process.argv.slice(2)
  if (rest.length === 0 && (first === '--version' || first === '-V')) {
    process.stdout.write(`${version}\n`)
    return
  }
  const isHelp = rest.some((word) => word === '--help' || word === '-h')
  const load = packedRequire({
    ...DROVER_PACKS,
    folder: __dirname,
    require,
    env: process.env,
    // a help page compiles less than the command itself would need
    command: /^[a-z]{1,20}$/.test(first) && !isHelp ? first : undefined,
    onExit: (listener) => process.once('exit', listener),
  })
  const { runProcess } = load('./run-process.cjs') as typeof RunProcess
  await runProcess()
}

void start()
