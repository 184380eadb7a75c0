import { exitCodeOfVerdict, exitCodes, type ExitCode } from '../exit-codes.ts'
import { openTarget } from '../open-target.ts'
import { readConnection, type ConnectionFlags } from '../settings.ts'
import type { Terminal } from '../terminal.ts'
import { rolloutView } from '../view/rollout-view.ts'
import { readWorkload } from '../read-workload.ts'
import { parseWish, setImage, type Verdict, type Wish } from '../../rollout/index.ts'
import { DroverError } from '../../model/errors.ts'
import { parseImageReference } from '../../model/image-reference.ts'

export interface SetImageFlags extends ConnectionFlags {
  wait: boolean
  timeout?: number
  dryRun?: boolean
  output?: 'text' | 'json'
}

/** Reads everything that the caller wrote before it reaches for the network. */
export async function setImageCommand(
  text: string,
  changes: readonly string[],
  flags: SetImageFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const address = readWorkload(text, flags.namespace)
  const wishes = parseWishes(changes)
  const connection = await readConnection(flags, terminal, address)
  using opened = await openTarget(connection, terminal)
  const show = rolloutView(terminal, flags.output ?? 'text')
  const options = {
    wait: flags.wait,
    dryRun: flags.dryRun ?? false,
    signal: terminal.signal,
    ...(flags.timeout !== undefined && { timeout: flags.timeout }),
  }
  let verdict: Verdict | undefined
  for await (const event of setImage(opened.target, address.workload, wishes, options)) {
    if (event.step === 'verdict') verdict = event.verdict
    show(event)
  }
  return verdict ? exitCodeOfVerdict[verdict.verdict] : exitCodes.failed
}

/** `CONTAINER=IMAGE …`; an IMAGE alone is for the containers that run its repository, whatever the tag. */
function parseWishes(changes: readonly string[]): Wish[] {
  const wishes = changes.map((change) => (change.includes('=') ? parseWish(change) : repositoryWish(change)))
  const names = changes.map((change) => change.slice(0, Math.max(0, change.indexOf('='))))
  const twice = names.find((name, index) => name !== '' && names.indexOf(name) !== index)
  if (twice !== undefined) throw new DroverError('INVALID', `container ${twice} is given two images`)
  return wishes
}

function repositoryWish(text: string): Wish {
  const { text: image, name } = parseImageReference(text)
  return { select: { by: 'repository', repository: name }, image: { by: 'reference', image } }
}
