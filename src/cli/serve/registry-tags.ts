import { createHash } from 'node:crypto'
import type { Fetch } from '../../model/http.ts'
import { imageRepository, isImageReference, parseImageReference } from '../../model/image-reference.ts'
import type { AskForTags, ImageTags } from '../../rancher/index.ts'
import { findCredential, listTags, type DockerConfig } from '../../registry/index.ts'
import { pullSecretConfigs } from '../pull-secrets.ts'

export interface RegistryTagsOptions {
  fetch: Fetch
  /** Registries to contact over plain http. */
  plainHttp?: readonly string[]
  mirrors?: Readonly<Record<string, string>>
  now: () => number
}

/** Cache lifetime in ms, short enough that a tag just pushed, or a registry that recovered, shows up soon. */
const cacheMs = { listed: 60_000, other: 10_000 }
const patience = 5000
const maxCached = 200

interface Kept {
  answer: Promise<ImageTags>
  /** Infinity while the request is pending, so that concurrent callers share it. */
  until: number
}

/**
 * Asks registries for the console, with the workload's pull secrets. Callers with the same secrets and repository share
 * an answer for a minute. Secrets are kept only as a hash.
 */
export function registryTags({ fetch, plainHttp = [], mirrors = {}, now }: RegistryTagsOptions): AskForTags {
  const kept = new Map<string, Kept>()

  return async ({ image, workload: { kind, namespace, object }, kube }) => {
    if (!isImageReference(image)) return { answer: 'unknown', message: `${image} is no image reference` }
    const name = object.metadata.name ?? ''
    const configs = await pullSecretConfigs(kube, { kind, namespace, name }, object, new AbortController().signal)
    const key = keyOf(image, configs)
    const known = kept.get(key)
    if (known && known.until > now()) return known.answer
    const one: Kept = { answer: ask(image, configs), until: Number.POSITIVE_INFINITY }
    kept.delete(key)
    kept.set(key, one)
    if (kept.size > maxCached) kept.delete(kept.keys().next().value ?? '')
    const answer = await one.answer
    one.until = now() + (answer.answer === 'listed' ? cacheMs.listed : cacheMs.other)
    return answer
  }

  async function ask(image: string, configs: readonly DockerConfig[]): Promise<ImageTags> {
    const signal = AbortSignal.timeout(patience)
    const credentialFor = (repository: string) => credentialIn(configs, repository)
    try {
      return await listTags(image, { fetch, plainHttp, mirrors, signal, credentialFor })
    } catch {
      // text from a registry or its token service is untrusted and not repeated
      const { domain } = parseImageReference(image)
      const message = signal.aborted
        ? `${domain} did not answer within ${patience / 1000} s`
        : `the answer of ${domain} makes no sense`
      return { answer: 'unknown', message }
    }
  }
}

async function credentialIn(configs: readonly DockerConfig[], repository: string) {
  for (const config of configs) {
    const found = await findCredential(config, repository)
    if (found) return found
  }
  return undefined
}

function keyOf(image: string, configs: readonly DockerConfig[]): string {
  const repository = imageRepository(parseImageReference(image))
  return `${repository} ${createHash('sha256').update(JSON.stringify(configs)).digest('hex')}`
}
