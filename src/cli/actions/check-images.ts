import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { DroverError } from '../../model/errors.ts'
import { parseImageReference } from '../../model/image-reference.ts'
import {
  askRegistry,
  findCredential,
  parseDockerConfig,
  type AskOptions,
  type ImageAnswer,
} from '../../registry/index.ts'
import { planImages, type Wish, type WorkloadName } from '../../rollout/index.ts'
import type { OpenedTarget } from '../open-target.ts'
import { runCredentialHelper } from '../docker-credential.ts'
import { parseMirror, readRegistryCa, registryFetch } from '../registry-fetch.ts'
import type { Terminal } from '../terminal.ts'
import { nodePlatforms, pullSecretConfigs } from '../pull-secrets.ts'
import type { ChangeFlags } from './set-image.ts'

/** How long a registry may take (ms): a question that only warns must not hold up the change. */
const patience = { require: 30_000, warn: 5000 }

/**
 * Asks the registries for the images that are wished for. Raises REFUSED where the policy requires an answer and it is not
 * "present"; the wishes come back with digests where those are to be pinned.
 */
export async function checkImages(
  opened: OpenedTarget,
  workload: WorkloadName,
  wishes: readonly Wish[],
  flags: ChangeFlags,
  terminal: Terminal,
): Promise<readonly Wish[]> {
  const policy = flags.imageCheck === 'warn' && !flags.pinDigest ? 'warn' : 'require'
  const seen = await opened.target.read(workload, { signal: terminal.signal })
  const { changes } = planImages(workload, seen, wishes, { forceOwned: true })
  const signal = AbortSignal.any([terminal.signal, AbortSignal.timeout(patience[policy])])
  const fetch = registryFetch(readRegistryCa(flags.registryCa, terminal), terminal.env)
  const configs = [...(await pullSecretConfigs(opened.client, workload, seen, terminal.signal)), ...ownConfig(terminal)]
  const options: AskOptions = {
    fetch,
    signal,
    plainHttp: flags.plainHttpRegistry ?? [],
    mirrors: Object.fromEntries((flags.registryMirror ?? []).map(parseMirror)),
    async credentialFor(repository) {
      for (const config of configs) {
        const found = await findCredential(config, repository, (name, registry) =>
          runCredentialHelper(name, registry, terminal),
        )
        if (found) return found
      }
      return undefined
    },
  }
  const platforms = await nodePlatforms(opened.client, terminal.signal)
  const pinned: Wish[] = []
  for (const { container, to } of changes) {
    const answer = await askRegistry(to, options).catch((error: unknown) => {
      terminal.signal.throwIfAborted()
      return { answer: 'unknown', message: (error as Error).message } as const
    })
    judge(to, problemOf(answer, platforms), policy, terminal)
    if (answer.answer === 'present') pinned.push(pinnedWish(container, to, answer.digest))
  }
  return flags.pinDigest && changes.length > 0 ? pinned : wishes
}

function pinnedWish(container: string, to: string, digest: string): Wish {
  const { digest: own, text } = parseImageReference(to)
  const image = own === undefined ? `${text}@${digest}` : text
  return { select: { by: 'name', name: container }, image: { by: 'reference', image } }
}

function problemOf(answer: ImageAnswer, nodes: readonly string[]): string | undefined {
  if (answer.answer !== 'present') return `${answer.answer}: ${answer.message}`
  const there = answer.platforms?.map(({ os, architecture }) => `${os}/${architecture}`)
  const lacking = there === undefined ? [] : nodes.filter((node) => !there.includes(node))
  if (lacking.length === 0 || there === undefined) return undefined
  return `it is for ${there.join(', ')}, and there are nodes of ${lacking.join(', ')}`
}

function judge(image: string, problem: string | undefined, policy: 'require' | 'warn', { err }: Terminal): void {
  if (problem === undefined) return
  if (policy === 'warn') return err(`warning: ${image}: ${problem}\n`)
  throw new DroverError('REFUSED', `${image}: ${problem}; nothing was changed`)
}

/** The caller's own docker configuration, after the workload's. */
function ownConfig({ env }: Terminal) {
  const folder = env['DOCKER_CONFIG'] ?? join(env['HOME'] ?? homedir(), '.docker')
  try {
    const config = parseDockerConfig(readFileSync(join(folder, 'config.json'), 'utf8'))
    return config ? [config] : []
  } catch {
    return []
  }
}
