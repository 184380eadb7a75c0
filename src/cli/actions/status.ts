import picocolors from 'picocolors'
import { followRollout, status, type Verdict, type WorkloadStatus } from '../../rollout/index.ts'
import { exitCodeOfVerdict, exitCodes, type ExitCode } from '../exit-codes.ts'
import { openTarget } from '../open-target.ts'
import { readWorkload } from '../read-workload.ts'
import { readConnection, type ConnectionFlags } from '../settings.ts'
import type { Terminal } from '../terminal.ts'
import { nameOf, podLines, progressLine } from '../view/describe.ts'
import { compactMessage } from '../view/reasons.ts'
import { rolloutView } from '../view/rollout-view.ts'

export interface StatusFlags extends ConnectionFlags {
  wait?: boolean
  /** ms. */
  timeout?: number
  output?: 'text' | 'json'
}

export async function statusCommand(text: string, flags: StatusFlags, terminal: Terminal): Promise<ExitCode> {
  const address = readWorkload(text, flags.namespace)
  const { wait = false, timeout, output = 'text' } = flags
  const { signal } = terminal
  using opened = await openTarget(await readConnection(flags, terminal, address), terminal)
  if (wait) {
    const show = rolloutView(terminal, output)
    let verdict: Verdict | undefined
    for await (const event of followRollout(opened.target, address.workload, { signal, ...(timeout && { timeout }) })) {
      if (event.step === 'verdict') verdict = event.verdict
      show(event)
    }
    return verdict ? exitCodeOfVerdict[verdict.verdict] : exitCodes.failed
  }
  const found = await status(opened.target, address.workload, { signal })
  if (output === 'json') terminal.out(`${JSON.stringify(found)}\n`)
  else for (const line of statusLines(found, terminal.color)) terminal.out(`${line}\n`)
  return found.judgement.state === 'failed' ? exitCodes.failed : exitCodes.done
}

function statusLines(
  { workload, judgement, message, containers, revision, owner }: WorkloadStatus,
  color: boolean,
): string[] {
  const colors = picocolors.createColors(color)
  const { progress } = judgement
  return [
    `${colors.bold(nameOf(workload))}${revision === undefined ? '' : `, revision ${revision}`}: ${judgement.state}`,
    ...containers.map(
      ({ container, role, image }) => `  ${container}${role === 'container' ? '' : ` (${role})`}: ${image}`,
    ),
    progressLine(progress, compactMessage(message)),
    ...podLines(progress.pods, colors),
    ...(owner === undefined ? [] : [colors.yellow(`  kept by ${owner}, which may undo changes made here`)]),
  ]
}
