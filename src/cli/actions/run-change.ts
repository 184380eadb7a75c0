import { DroverError } from '../../model/errors.ts'
import type { RolloutEvent, Verdict, WorkloadName } from '../../rollout/index.ts'
import { exitCodeOfVerdict, exitCodes, type ExitCode } from '../exit-codes.ts'
import type { Terminal } from '../terminal.ts'
import { withCiMarks } from '../view/ci-marks.ts'
import { junitText } from '../view/junit.ts'
import { rolloutView } from '../view/rollout-view.ts'

export type OutputFormat = 'text' | 'json' | 'junit'

/** Shows one change from its beginning to its verdict; the verdict's exit code. */
export async function runChange(
  events: AsyncIterable<RolloutEvent>,
  workload: WorkloadName,
  terminal: Terminal,
  format: OutputFormat = 'text',
): Promise<ExitCode> {
  const show = format === 'text' ? withCiMarks(terminal, rolloutView(terminal, 'text')) : rolloutView(terminal, 'json')
  let verdict: Verdict | undefined
  let applied = false
  try {
    for await (const event of events) {
      if (event.step === 'applied') applied = true
      if (event.step === 'verdict') verdict = event.verdict
      if (event.step === 'verdict' && format === 'junit')
        terminal.out(junitText([{ workload, verdict: event.verdict }]))
      else show(event)
    }
  } catch (error) {
    if (terminal.signal.aborted) sayHowToGoOn(workload, applied, terminal)
    throw error
  }
  if (!verdict) throw new DroverError('SERVER', 'the change ended without a verdict')
  return exitCodeOfVerdict[verdict.verdict] ?? exitCodes.failed
}

/** Ctrl-C ends our looking, not the rollout. */
function sayHowToGoOn({ kind, namespace, name }: WorkloadName, applied: boolean, { err }: Terminal): void {
  const follow = `drover status ${kind}/${name} -n ${namespace} --wait`
  err(
    applied ? `interrupted: the change stands; follow it with: ${follow}\n` : `interrupted; how it stands: ${follow}\n`,
  )
}
