import {
  history,
  pause,
  restart,
  resume,
  scale,
  undo,
  type ChangeOptions,
  type RolloutEvent,
  type Target,
  type WorkloadName,
} from '../../rollout/index.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { openTarget } from '../open-target.ts'
import { readWorkload } from '../read-workload.ts'
import { readConnection } from '../settings.ts'
import type { Terminal } from '../terminal.ts'
import { tableLines } from '../view/table.ts'
import { runChange } from './run-change.ts'
import { changeOptions, type ChangeFlags } from './set-image.ts'

export interface UndoFlags extends ChangeFlags {
  toRevision?: string
  toImage?: string
  wholeTemplate?: boolean
}

const operations = { restart, pause, resume }

export function operateCommand(
  what: keyof typeof operations,
  text: string,
  flags: ChangeFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  return changeWorkload(text, flags, terminal, operations[what])
}

export function scaleCommand(
  text: string,
  replicas: number,
  flags: ChangeFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  return changeWorkload(text, flags, terminal, (target, workload, options) =>
    scale(target, workload, replicas, options),
  )
}

export function undoCommand(text: string, flags: UndoFlags, terminal: Terminal): Promise<ExitCode> {
  const { toRevision, toImage, wholeTemplate = false } = flags
  return changeWorkload(text, flags, terminal, (target, workload, options) =>
    undo(target, workload, {
      ...options,
      wholeTemplate,
      ...(toRevision !== undefined && { toRevision }),
      ...(toImage !== undefined && { toImage }),
    }),
  )
}

/** Opens the place of the workload that the text names, and shows the change there to its end. */
async function changeWorkload(
  text: string,
  flags: ChangeFlags,
  terminal: Terminal,
  change: (target: Target, workload: WorkloadName, options: ChangeOptions) => AsyncIterable<RolloutEvent>,
): Promise<ExitCode> {
  const address = readWorkload(text, flags.namespace)
  using opened = await openTarget(await readConnection(flags, terminal, address), terminal)
  const events = change(opened.target, address.workload, changeOptions(flags, terminal))
  return await runChange(events, address.workload, terminal, flags.output)
}

/** Newest first. Who made a revision the cluster does not keep; the cause is what somebody noted. */
export async function historyCommand(text: string, flags: ChangeFlags, terminal: Terminal): Promise<ExitCode> {
  const { workload, ...place } = readWorkload(text, flags.namespace)
  using opened = await openTarget(await readConnection(flags, terminal, place), terminal)
  const revisions = await history(opened.target, workload, { signal: terminal.signal })
  if (flags.output === 'json') {
    const items = revisions.map(({ template: _template, ...rest }) => rest)
    terminal.out(`${JSON.stringify({ version: 1, kind: 'History', workload, items })}\n`)
    return exitCodes.done
  }
  const rows = revisions.map(({ revision, current, createdAt = '', by = '', cause = '', failed = '', images }) => ({
    revision: current ? `${revision} *` : revision,
    when: createdAt,
    who: by,
    images: Object.entries(images)
      .map(([name, image]) => `${name}=${image}`)
      .join(' '),
    failed,
    cause,
  }))
  if (rows.length === 0) terminal.err('the cluster keeps no revisions of it\n')
  else
    for (const line of tableLines(rows, ['revision', 'when', 'who', 'images', 'failed', 'cause']))
      terminal.out(`${line}\n`)
  return exitCodes.done
}
