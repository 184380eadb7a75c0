import { version } from './version.ts'

/** The version alone needs none of the program; everything else is loaded when it is asked for. */
async function start(): Promise<void> {
  const [first, ...rest] = process.argv.slice(2)
  if (rest.length === 0 && (first === '--version' || first === '-V')) {
    process.stdout.write(`${version}\n`)
    return
  }
  const { runProcess } = await import('./run-process.ts')
  await runProcess()
}

void start()
