// `npm run test:kubernetes`: the conformance suite on the cluster of KUBECONFIG, or on a genuine control plane started
// here.
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compareWithEmbedded } from './compare.ts'
import { startControlPlane } from './control-plane.ts'
import { findPrograms, hasGo, minors, Unavailable, type Minor } from './programs.ts'

const usage = `usage: npm run test:kubernetes -- [--minor ${Object.keys(minors).join('|')}] [--build | --hold | --compare] [--built] [vitest arguments]
  --minor    the Kubernetes to start (default ${Object.keys(minors)[0]}); without it, KUBECONFIG names a cluster to use
  --build    only find or build the programs
  --built    use programs that are built already, or give up
  --compare  say what kubectl sees differently on the embedded cluster
  --hold     start the cluster, say where its kubeconfig is, and keep it until interrupted
`

/** Unavailable tools are neither a failure of Drover nor a success. */
const exitCodes = { usage: 2, unavailable: 75 }

/** As many as the embedded cluster has, for comparison. */
const embeddedNodes = 2

const say = (line: string) => process.stdout.write(`${line}\n`)

// the control plane and the suite end with this process, however it exits
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))

process.exitCode = await main().catch((error: unknown) => {
  say(`not run: ${(error as Error).message}`)
  return error instanceof Unavailable ? exitCodes.unavailable : 1
})

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      minor: { type: 'string' },
      build: { type: 'boolean' },
      built: { type: 'boolean' },
      hold: { type: 'boolean' },
      compare: { type: 'boolean' },
    },
  })
  const { KUBECONFIG } = process.env
  const own = values.minor !== undefined || values.build || values.hold || values.compare
  if (KUBECONFIG && !own) return runSuite(KUBECONFIG, false, positionals)
  const minor = values.minor ?? '1.37'
  if (!isMinor(minor)) {
    process.stderr.write(usage)
    return exitCodes.usage
  }
  if (!values.built && !(await hasGo())) throw new Unavailable('there is no `go` in PATH to build a control plane with')
  const programs = await findPrograms(minor, say, { onlyBuilt: values.built ?? false })
  if (values.build) return 0
  say(`starting Kubernetes ${minors[minor].version}`)
  await using controlPlane = await startControlPlane(programs, embeddedNodes)
  if (values.hold) return await hold(controlPlane.kubeconfig)
  if (values.compare) {
    say(await compareWithEmbedded(controlPlane.kubeconfig))
    return 0
  }
  return await runSuite(controlPlane.kubeconfig, true, positionals)
}

async function runSuite(kubeconfig: string, simulated: boolean, more: readonly string[]): Promise<number> {
  const env = {
    ...process.env,
    KUBECONFIG: kubeconfig,
    CONFORMANCE_KUBECONFIG: '1',
    ...(simulated && { CONFORMANCE_SIMULATED: '1' }),
  }
  const folder = await mkdtemp(join(tmpdir(), 'drover-conformance-'))
  const report = join(folder, 'report.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const args = ['vitest', 'run', 'test/conformance', ...reporters, '--testTimeout=90000', '-t', 'KUBECONFIG', ...more]
  const child = spawn('npx', args, { stdio: 'inherit', env })
  process.once('exit', () => child.kill())
  try {
    const code = await new Promise<number>((resolve) => child.on('close', (ended) => resolve(ended ?? 1)))
    await tell(report)
    return code
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Counts only the tests of KUBECONFIG; the files contain others. */
async function tell(report: string): Promise<void> {
  const { numPassedTests, numFailedTests } = JSON.parse(await readFile(report, 'utf8')) as Record<string, number>
  say(`on Kubernetes: ${numPassedTests} passed, ${numFailedTests} failed`)
}

function hold(kubeconfig: string): Promise<never> {
  say(`ready: export KUBECONFIG=${kubeconfig}`)
  return new Promise(() => setInterval(() => {}, 1 << 30))
}

function isMinor(text: string): text is Minor {
  return Object.hasOwn(minors, text)
}
