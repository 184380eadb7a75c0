import { createHash } from 'node:crypto'
import { DroverError } from '../model/errors.ts'
import { parseImageReference, type ImageReference } from '../model/image-reference.ts'
import { openSession, pulls, refusal, type Answered, type AskOptions, type Refusal } from './session.ts'

interface Platform {
  os: string
  architecture: string
}

/** What a registry says about an image. */
export type ImageAnswer =
  | (Answered & {
      answer: 'present'
      digest: string
      mediaType: string
      /** Of an index alone. */ platforms?: Platform[]
    })
  | Refusal

/** OCI and Docker media types of an index and a manifest (image-spec media-types, distribution manifest-v2-2). */
const indexTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]
const manifestTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]

/**
 * Requests the manifest by HEAD, which registries do not count as a pull. Raises INVALID and the signal's reason; any
 * other failure is an answer.
 */
export async function askRegistry(image: string, options: AskOptions): Promise<ImageAnswer> {
  const reference = parseImageReference(image)
  const mirror = options.mirrors?.[reference.domain]
  if (mirror !== undefined) {
    const answer = await askAt(mirror, reference, options)
    if (answer.answer === 'present') return answer
  }
  return askAt(reference.domain, reference, options)
}

async function askAt(place: string, reference: ImageReference, options: AskOptions): Promise<ImageAnswer> {
  try {
    return await ask(place, reference, options)
  } catch (error) {
    if (error instanceof SyntaxError)
      return { answer: 'unknown', message: `${place} answered with something that is no JSON` }
    if (!(error instanceof DroverError)) throw error
    return { answer: 'unknown', message: error.message }
  }
}

async function ask(place: string, reference: ImageReference, options: AskOptions): Promise<ImageAnswer> {
  const { host, root, session } = openSession(place, reference, options, [...indexTypes, ...manifestTypes])
  const manifests = `${root}/manifests/`
  const what = reference.digest ?? reference.tag ?? 'latest'
  const head = await session('HEAD', manifests + what)
  // a registry may not support HEAD, or omit the digest
  const whole = head.status === 405 || (head.ok && !head.headers.get('docker-content-digest'))
  const response = whole ? await session('GET', manifests + what) : head
  const refused = refusal(host, response)
  if (refused) return refused
  const bytes = whole ? new Uint8Array(await response.arrayBuffer()) : undefined
  const digest = response.headers.get('docker-content-digest') ?? `sha256:${sha256(bytes ?? new Uint8Array())}`
  const mediaType = (response.headers.get('content-type') ?? '').split(';')[0]?.trim() ?? ''
  const found = {
    answer: 'present',
    digest,
    mediaType,
    message: `${host} has it as ${digest}`,
    ...pulls(response),
  } as const
  if (!indexTypes.includes(mediaType)) return found
  const index = await session('GET', manifests + digest)
  return index.ok ? { ...found, platforms: platformsOf(await index.text()) } : found
}

function platformsOf(text: string): Platform[] {
  const { manifests } = (JSON.parse(text) ?? {}) as { manifests?: { platform?: Partial<Platform> }[] }
  if (!Array.isArray(manifests)) return []
  return manifests.flatMap(({ platform: { os = '', architecture = '' } = {} }) =>
    // attestations are listed under the platform unknown/unknown
    os === '' || os === 'unknown' ? [] : [{ os, architecture }],
  )
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
