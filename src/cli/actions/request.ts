import { DroverError } from '../../model/errors.ts'
import { writeCiJob, ciForms, type CiForm } from '../../model/requests/ci-jobs.ts'
import type { RequestForm } from '../../model/requests/described-request.ts'
import { writeRequest } from '../../model/requests/write-request.ts'
import { describeChange, planImages } from '../../rollout/index.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { openTarget } from '../open-target.ts'
import { readWorkload } from '../read-workload.ts'
import { readConnection, type ConnectionFlags } from '../settings.ts'
import type { Terminal } from '../terminal.ts'
import { readWishes } from './set-image.ts'

export interface RequestFlags extends ConnectionFlags {
  as: RequestForm | CiForm
  tag?: string
  match?: string
}

/** Prints the request that `set image` would make, for others to make; nothing is changed. */
export async function requestCommand(
  text: string,
  changes: readonly string[],
  flags: RequestFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const { workload, ...place } = readWorkload(text, flags.namespace)
  const wishes = readWishes(changes, flags)
  using opened = await openTarget(await readConnection(flags, terminal, place), terminal)
  const { target, client } = opened
  const seen = await target.read(workload, { signal: terminal.signal })
  const plan = planImages(workload, seen, wishes, { forceOwned: true })
  if (plan.refused) throw new DroverError('REFUSED', plan.refused.message)
  if (plan.changes.length === 0) throw new DroverError('REFUSED', 'the containers have these images already')
  if (target.door === 'rancher-v3') {
    throw new DroverError('UNSUPPORTED', 'through v3 one request is not enough to change an image safely')
  }
  const request = describeChange(client.url, workload, seen, plan.changes)
  terminal.out(isCiForm(flags.as) ? writeCiJob(flags.as, request) : writeRequest(flags.as, request))
  return exitCodes.done
}

function isCiForm(form: RequestFlags['as']): form is CiForm {
  return (ciForms as readonly string[]).includes(form)
}
