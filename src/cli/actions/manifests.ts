import { dump } from 'js-yaml'
import { manifests } from '../../rancher/index.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import type { Terminal } from '../terminal.ts'

export async function printManifests({ out }: Terminal): Promise<ExitCode> {
  out(
    manifests()
      .map((object) => dump(object, { noRefs: true }))
      .join('---\n'),
  )
  return exitCodes.done
}
