import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Fetch } from '../model/http.ts'
import { parseImageReference } from '../model/image-reference.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { containersOf, podTemplateOf } from '../model/pod-template.ts'
import {
  askRegistry,
  findCredential,
  parseDockerConfig,
  type AskOptions,
  type DockerConfig,
  type ImageAnswer,
} from '../registry/index.ts'
import type { CheckImages, ImageCheck, Plan } from '../rollout/index.ts'
import { runCredentialHelper } from './docker-credential.ts'
import type { ImageCheckPolicy, ImageFlags } from './image-check.ts'
import type { OpenedTarget } from './open-target.ts'
import { listNodePlaces, platformGap, type NodePlace, type PlatformGap } from './node-platforms.ts'
import { pullSecretConfigs } from './pull-secrets.ts'
import { parseMirror, readRegistryCa, registryFetch } from './registry-fetch.ts'
import type { Terminal } from './terminal.ts'

/** How long registries may take (ms): a question that only warns must not hold up the change. */
const patience = { require: 30_000, warn: 5000, auto: 2000 } as const

/** Registries are asked while it is open. */
export interface ImageChecker extends Disposable {
  checkFor(opened: OpenedTarget): CheckImages
}

/**
 * Asks registries for images before they are written. One answer serves all workloads of a call that pull the same image
 * with the same secrets. Raises INVALID for flags that cannot be read.
 */
export function imageChecker(
  policy: Exclude<ImageCheckPolicy, 'off'>,
  flags: ImageFlags,
  terminal: Terminal,
): ImageChecker {
  const { pinDigest = false } = flags
  const { signal } = terminal
  const fetch = registryFetch(readRegistryCa(flags.registryCa, terminal), terminal.env)
  const ask = registryAsker(fetch, flags, terminal, patience[policy])
  const nodes = new Map<OpenedTarget, Promise<NodePlace[]>>()
  const nodesOf = (opened: OpenedTarget) => {
    const known = nodes.get(opened) ?? listNodePlaces(opened.client, signal)
    nodes.set(opened, known)
    return known
  }
  // unasked, Drover reads no secrets and no nodes
  const readBeside = (opened: OpenedTarget, { workload }: Plan, seen: KubeObject) =>
    policy === 'auto'
      ? ([[], []] as const)
      : Promise.all([pullSecretConfigs(opened.client, workload, seen, signal), nodesOf(opened)])
  return {
    checkFor: (opened) => async (plan, seen) => {
      const [secrets, places] = await readBeside(opened, plan, seen)
      const template = podTemplateOf(plan.workload.kind, seen)
      const answers = await Promise.all(
        imagesOf(plan, seen, pinDigest).map(async (one): Promise<Answered> => {
          const answer = await ask(one.image, secrets)
          const platforms = 'platforms' in answer ? answer.platforms : undefined
          const gap =
            platforms &&
            platformGap(
              platforms.map(({ os, architecture }) => `${os}/${architecture}`),
              places,
              template,
            )
          return { ...one, answer, ...(gap && { gap }) }
        }),
      )
      return judge(policy, answers, pinDigest)
    },
    [Symbol.dispose]: () => fetch[Symbol.dispose](),
  }
}

interface Wanted {
  container: string
  image: string
}

/** A digest is also pinned where the tag stays. */
function imagesOf({ workload, changes, unchanged }: Plan, seen: KubeObject, pinDigest: boolean): Wanted[] {
  const kept = containersOf(workload.kind, seen).filter(({ name }) => pinDigest && unchanged.includes(name))
  return [
    ...changes.map(({ container, to }) => ({ container, image: to })),
    ...kept.map(({ name, image }) => ({ container: name, image })),
  ]
}

type Answered = Wanted & { answer: ImageAnswer; gap?: PlatformGap }

function judge(policy: Exclude<ImageCheckPolicy, 'off'>, answers: readonly Answered[], pinDigest: boolean): ImageCheck {
  if (policy === 'auto') {
    const absent = answers.filter(({ answer }) => answer.answer === 'absent')
    return {
      warnings: told(
        absent.map(({ image, answer }) => `${image}: ${answer.message}; nothing rolls now that would tell`),
      ),
    }
  }
  const problems = told(answers.flatMap(({ image, ...of }) => problemsOf(of).map((problem) => `${image}: ${problem}`)))
  const warnings = told(answers.flatMap(({ image, ...of }) => warningsOf(of).map((warning) => `${image}: ${warning}`)))
  if (policy === 'warn') return { warnings: [...problems, ...warnings] }
  if (problems.length > 0) return { warnings, refused: `${problems.join('; ')}; nothing was changed` }
  return { warnings, ...(pinDigest && { pinned: pinnedImages(answers) }) }
}

function problemsOf({ answer, gap }: Pick<Answered, 'answer' | 'gap'>): string[] {
  if (answer.answer !== 'present') return [`${answer.answer}: ${answer.message}`]
  return gap?.certain ? [gap.message] : []
}

function warningsOf({ answer, gap }: Pick<Answered, 'answer' | 'gap'>): string[] {
  const doubt = gap && !gap.certain ? [`${gap.message}, unless its affinity keeps it from them`] : []
  const none =
    answer.pullsLeft === 0
      ? ['its registry has no pulls left for us; nodes behind the same address are refused too']
      : []
  return [...doubt, ...none]
}

function told(lines: readonly string[]): string[] {
  return [...new Set(lines)]
}

function pinnedImages(answers: readonly Answered[]) {
  const pinned: NonNullable<ImageCheck['pinned']> = {}
  for (const { container, image, answer } of answers) {
    if (answer.answer !== 'present') continue
    const { digest, text } = parseImageReference(image)
    pinned[container] = digest === undefined ? `${text}@${answer.digest}` : text
  }
  return pinned
}

type Ask = (image: string, secrets: readonly DockerConfig[]) => Promise<ImageAnswer>

/** Each image is asked for once with the same secrets, and all within the same time. */
function registryAsker(fetch: Fetch, flags: ImageFlags, terminal: Terminal, time: number): Ask {
  const { signal } = terminal
  const mirrors = Object.fromEntries((flags.registryMirror ?? []).map(parseMirror))
  const own = ownConfig(terminal)
  const runHelper: Helper = (name, registry) => runCredentialHelper(name, registry, terminal)
  const asked = new Map<string, Promise<ImageAnswer>>()
  const ask: Ask = async (image, secrets) => {
    const late = AbortSignal.timeout(time)
    const options: AskOptions = {
      fetch,
      signal: AbortSignal.any([signal, late]),
      plainHttp: flags.plainHttpRegistry ?? [],
      mirrors,
      maxRetryWait: time / 3,
      credentialFor: async (repository) =>
        (await credentialIn(secrets, repository)) ?? credentialIn(own, repository, runHelper),
    }
    try {
      return await askRegistry(image, options)
    } catch (error) {
      signal.throwIfAborted()
      const { domain } = parseImageReference(image)
      const why = late.aborted ? `${domain} did not answer within ${time / 1000} s` : (error as Error).message
      return { answer: 'unknown', message: why }
    }
  }
  return (image, secrets) => {
    const key = JSON.stringify([image, secrets])
    const answer = asked.get(key) ?? ask(image, secrets)
    asked.set(key, answer)
    return answer
  }
}

type Helper = Parameters<typeof findCredential>[2]

/** Helpers are run for the caller's own configuration alone: a secret in a cluster starts no programs here. */
async function credentialIn(configs: readonly DockerConfig[], repository: string, helper?: Helper) {
  for (const config of configs) {
    const found = await findCredential(config, repository, helper)
    if (found) return found
  }
  return undefined
}

/** The caller's own docker configuration, after the workload's secrets. */
function ownConfig({ env }: Terminal): DockerConfig[] {
  const folder = env['DOCKER_CONFIG'] ?? join(env['HOME'] ?? homedir(), '.docker')
  try {
    const config = parseDockerConfig(readFileSync(join(folder, 'config.json'), 'utf8'))
    return config ? [config] : []
  } catch {
    return []
  }
}
