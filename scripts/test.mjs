// `npm test`: every check, one line per step and totals at the end. If a third-party client is missing and cannot be
// installed, its tests are reported as skipped; under CI=true that fails.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

const report = join(tmpdir(), `drover-vitest-${process.pid}.json`)
const projects = ['units', 'system', 'browser'].flatMap((name) => ['--project', name])
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]

/** In order: the build precedes the tests of what was built. Steps of an inner list run in parallel. */
const steps = [
  { name: 'outside clients', command: ['bash', 'scripts/prerequisites.sh'], optional: !process.env.CI, show: true },
  { name: 'lock file', command: ['npm', 'run', '-s', 'lock', '--', '--check'] },
  { name: 'types', command: ['npm', 'run', '-s', 'types'] },
  { name: 'lint', command: ['npm', 'run', '-s', 'lint'] },
  { name: 'format', command: ['npm', 'run', '-s', 'format:check'] },
  { name: 'unused code (knip)', command: ['npx', 'knip'] },
  { name: 'build', command: ['npm', 'run', '-s', 'build'] },
  { name: 'package (publint, attw)', command: ['npm', 'run', '-s', 'test:package'] },
  [
    {
      name: 'tests',
      command: ['npx', 'vitest', 'run', ...projects, ...reporters],
      show: true,
      tally: testsTallied,
    },
    ...recordingSteps(),
  ],
  ...kubernetesSteps(),
]

/** Each difference from the recordings has a row in docs/differences-*.md. */
function recordingSteps() {
  return ['rancher-2.4.3', 'kubernetes-1.21'].map((server) => ({
    name: `recordings of ${server}`,
    command: ['npm', 'run', '-s', 'test:recordings', '--', `test/recordings/${server}`],
    remark: (output) => `of the recordings of ${server}: ${output.trim().split('\n').at(-1)}`,
  }))
}

/**
 * Building a genuine control plane takes minutes, so it runs beside the other steps, under CI=true if Go is installed.
 */
function kubernetesSteps() {
  const hasGo = (process.env.PATH ?? '').split(delimiter).some((folder) => folder && existsSync(join(folder, 'go')))
  if (!process.env.CI || !hasGo) return []
  const name = 'a genuine Kubernetes'
  const command = ['npm', 'run', '-s', 'test:kubernetes', '--']
  const built = run(['nice', ...command, '--build'])
  return [{ name, command: [...command, '--minor', '1.37'], after: built, show: true, unavailable: 75, tally: tallied }]
}

/** The last line of `npm run test:kubernetes`; undefined if it did not get that far. */
function tallied(output) {
  const [, passed, failed] = /(\d+) passed, (\d+) failed\s*$/.exec(output) ?? []
  return passed === undefined ? undefined : { passed: Number(passed), failed: Number(failed) }
}

function run([program, ...args], show) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk
        if (show) process.stdout.write(chunk)
      })
    }
    child.on('error', (error) => resolve({ ok: false, output: error.message }))
    child.on('close', (code) => resolve({ ok: code === 0, code, output }))
  })
}

/** Counts tests rather than the step. */
function testsTallied() {
  if (!existsSync(report)) return undefined
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'))
  rmSync(report)
  if (numPendingTests > 0) remarks.push(`${numPendingTests} tests were skipped; each says why above`)
  const unasked = process.env.CI ? numPendingTests : 0
  return { passed: numPassedTests, failed: numFailedTests + unasked }
}

let passed = 0
let failed = 0
const remarks = []

async function take({ name, command, show = false, optional = false, after, unavailable, tally, remark }) {
  await after
  const started = Date.now()
  const { ok: ended, code, output } = await run(command, show)
  if (code === unavailable) {
    remarks.push(`${name}: ${output.trim().split('\n').at(-1)}`)
    return
  }
  const counted = tally?.(output)
  const ok = ended && !counted?.failed
  if (remark) remarks.push(remark(output))
  console.log(`${ok ? '✓' : '✗'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`)
  if (!ok && !show) console.log(output.trim().split('\n').slice(-60).join('\n'))
  if (counted) {
    passed += counted.passed
    failed += ok ? counted.failed : Math.max(counted.failed, 1)
  } else if (ok) passed += 1
  else if (optional) remarks.push(`skipped, for want of an outside client: ${output.trim().replaceAll('\n', '; ')}`)
  else failed += 1
}

for (const step of steps) await Promise.all([step].flat().map(take))
for (const remark of remarks) console.log(remark)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
