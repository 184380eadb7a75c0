import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseImageReference } from '../model/image-reference.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { containersOf } from '../model/pod-template.ts'
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
import { nodePlatforms, pullSecretConfigs } from './pull-secrets.ts'
import { parseMirror, readRegistryCa, registryFetch } from './registry-fetch.ts'
import type { Terminal } from './terminal.ts'

/** How long registries may take (ms): a question that only warns must not hold up the change. */
const patience = { require: 30_000, warn: 5000, auto: 2000 } as const

/**
 * Asks registries for images before they are written. One answer serves all workloads of a call that pull the same image
 * with the same secrets. Raises INVALID for flags that cannot be read.
 */
export function imageChecker(
  policy: Exclude<ImageCheckPolicy, 'off'>,
  flags: ImageFlags,
  terminal: Terminal,
): (opened: OpenedTarget) => CheckImages {
  const { pinDigest = false } = flags
  // unasked, Drover reads no secrets
  const reads = policy !== 'auto'
  const ask = registryAsker(flags, terminal, patience[policy])
  const nodes = new Map<OpenedTarget, Promise<string[]>>()
  const platformsOf = (opened: OpenedTarget) => {
    const known = nodes.get(opened) ?? nodePlatforms(opened.client, terminal.signal)
    nodes.set(opened, known)
    return known
  }
  return (opened) => async (plan, seen) => {
    const [secrets, platforms] = reads
      ? await Promise.all([pullSecretConfigs(opened.client, plan.workload, seen, terminal.signal), platformsOf(opened)])
      : [[], []]
    const answers = await Promise.all(
      imagesOf(plan, seen, pinDigest).map(async (one) => ({ ...one, answer: await ask(one.image, secrets) })),
    )
    return judge(policy, answers, platforms, pinDigest)
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

type Answered = Wanted & { answer: ImageAnswer }

function judge(
  policy: Exclude<ImageCheckPolicy, 'off'>,
  answers: readonly Answered[],
  platforms: readonly string[],
  pinDigest: boolean,
): ImageCheck {
  if (policy === 'auto') {
    const absent = answers.filter(({ answer }) => answer.answer === 'absent')
    return {
      warnings: told(
        absent.map(({ image, answer }) => `${image}: ${answer.message}; no pod would tell before the next one starts`),
      ),
    }
  }
  const problems = told(
    answers.flatMap(({ image, answer }) => {
      const problem = problemOf(answer, platforms)
      return problem === undefined ? [] : [`${image}: ${problem}`]
    }),
  )
  const warnings = told(answers.flatMap(({ answer }) => pullWarning(answer)))
  if (policy === 'warn') return { warnings: [...problems, ...warnings] }
  if (problems.length > 0) return { warnings, refused: `${problems.join('; ')}; nothing was changed` }
  return { warnings, ...(pinDigest && { pinned: pinnedImages(answers) }) }
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

function problemOf(answer: ImageAnswer, nodes: readonly string[]): string | undefined {
  if (answer.answer !== 'present') return `${answer.answer}: ${answer.message}`
  const there = answer.platforms?.map(({ os, architecture }) => `${os}/${architecture}`)
  if (there === undefined) return undefined
  const lacking = nodes.filter((node) => !there.includes(node))
  if (lacking.length === 0) return undefined
  return `it is for ${there.join(', ')}, and there are nodes of ${lacking.join(', ')}`
}

function pullWarning({ pullsLeft }: ImageAnswer): string[] {
  return pullsLeft === 0 ? ['the registry has no pulls left for us; nodes that share our address are refused too'] : []
}

type Ask = (image: string, secrets: readonly DockerConfig[]) => Promise<ImageAnswer>

/** Each image is asked for once with the same secrets, and all within the same time. */
function registryAsker(flags: ImageFlags, terminal: Terminal, time: number): Ask {
  const { signal, env } = terminal
  const fetch = registryFetch(readRegistryCa(flags.registryCa, terminal), env)
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
