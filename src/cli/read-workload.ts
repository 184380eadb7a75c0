import { DroverError } from '../model/errors.ts'
import { parseTarget, type TargetAddress } from '../rollout/index.ts'

/** A workload as the command line names it; a namespace that is given twice must be the same. Raises INVALID. */
export function readWorkload(text: string, namespace: string | undefined): TargetAddress {
  const address = parseTarget(text, namespace === undefined ? {} : { namespace })
  const named = address.workload.namespace
  if (namespace === undefined || namespace === named) return address
  throw new DroverError('INVALID', `--namespace ${namespace} contradicts ${text}, which is in ${named}`)
}
