import { rollsNothingNow, type CheckImages } from '../rollout/index.ts'
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

/** What asks the registries for the workloads of one place; its code is loaded where there is something to ask. Raises INVALID. */
export async function imageCheck(
  flags: ImageFlags,
  terminal: Terminal,
): Promise<(opened: OpenedTarget) => CheckImages | undefined> {
  const policy = policyOf(flags)
  if (policy === 'off') return () => undefined
  const load = async () => (await import('./image-checker.ts')).imageChecker(policy, flags, terminal)
  if (policy !== 'auto') return load()
  let checker: ReturnType<typeof load> | undefined
  return (opened) => async (plan, seen) => {
    // a rollout tells by itself, within seconds and with the nodes' own eyes
    if (!rollsNothingNow(plan.workload.kind, seen)) return { warnings: [] }
    checker ??= load()
    return (await checker)(opened)(plan, seen)
  }
}
