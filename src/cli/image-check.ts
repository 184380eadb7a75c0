import { isRolloutDeferred, type CheckImages } from '../rollout/index.ts'
import type { OpenedTarget } from './open-target.ts'
import type { Terminal } from './terminal.ts'

/** `auto`: where nothing rolls now, so that no pod would tell, a warning if the registry does not have the image. */
export type ImageCheckPolicy = 'auto' | 'require' | 'warn' | 'off'

export interface ImageFlags {
  /** Default `auto`; `require` with `pinDigest`. */
  imageCheck?: ImageCheckPolicy
  pinDigest?: boolean
  plainHttpRegistry?: string[]
  registryMirror?: string[]
  registryCa?: string
}

export function policyOf({ imageCheck = 'auto', pinDigest = false }: ImageFlags): ImageCheckPolicy {
  return pinDigest ? 'require' : imageCheck
}

/** What asks the registries for the workloads of a place, as long as it is not disposed. */
export interface ImageChecks extends Disposable {
  for(opened: OpenedTarget): CheckImages | undefined
}

/** Its code is loaded where there is something to ask. Raises INVALID for flags that cannot be read. */
export async function imageChecks(flags: ImageFlags, terminal: Terminal): Promise<ImageChecks> {
  const policy = policyOf(flags)
  if (policy === 'off') return { for: () => undefined, [Symbol.dispose]() {} }
  const load = async () => (await import('./image-checker.ts')).imageChecker(policy, flags, terminal)
  let checker = policy === 'auto' ? undefined : load()
  await checker
  return {
    for: (opened) => async (plan, seen) => {
      // a rollout tells by itself, within seconds and with the nodes' own eyes
      if (policy === 'auto' && !isRolloutDeferred(plan.workload.kind, seen)) return { warnings: [] }
      checker ??= load()
      return (await checker).checkFor(opened)(plan, seen)
    },
    [Symbol.dispose]: () => void checker?.then((one) => one[Symbol.dispose]()),
  }
}
