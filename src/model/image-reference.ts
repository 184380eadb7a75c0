import { DroverError } from './errors.ts'

/**
 * A parsed image name. The grammar is the distribution project's (reference/regexp.go, normalize.go), which kubelets
 * use: a name rejected here would end as InvalidImageName in the cluster.
 */
export interface ImageReference {
  /** As written by the caller; this goes into the pod template. */
  readonly text: string
  /** As written, without tag and digest: `nginx`, `10.212.82.86:1180/java/admin-master`. */
  readonly name: string
  /** Host and port of the registry. Default `docker.io`. */
  readonly domain: string
  /** The repository in that registry, with the implied `library/` of Docker Hub. */
  readonly path: string
  readonly tag?: string
  /** Takes precedence over the tag when pulling. */
  readonly digest?: string
}

const hub = 'docker.io'

const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?'
const domainPattern = new RegExp(`^(?:${label}(?:\\.${label})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`)
const pathPattern = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/
const tagPattern = /^\w[\w.-]{0,127}$/
const hexLengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 }
const maxNameLength = 255

/** Raises INVALID, with a suggestion where the intended reference can be guessed. */
export function parseImageReference(text: string): ImageReference {
  refusePastedText(text)
  const { name, tag, digest } = split(text)
  const { domain, path } = locate(name)
  refuseWrongName(text, name, domain, path)
  if (tag !== undefined) refuseWrongTag(text, tag)
  if (digest !== undefined) refuseWrongDigest(text, digest)
  return { text, name, domain, path, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) }
}

export function isImageReference(text: string): boolean {
  try {
    parseImageReference(text)
    return true
  } catch {
    return false
  }
}

/** The canonical form: `nginx` is `docker.io/library/nginx:latest`. For comparing, not for writing. */
export function normaliseImage({ domain, path, tag, digest }: ImageReference): string {
  const shownTag = tag ?? (digest === undefined ? 'latest' : undefined)
  return `${domain}/${path}${shownTag === undefined ? '' : `:${shownTag}`}${digest === undefined ? '' : `@${digest}`}`
}

/** The canonical repository without tag and digest: `docker.io/library/nginx`. */
export function imageRepository({ domain, path }: ImageReference): string {
  return `${domain}/${path}`
}

/** Whether two texts name the same image. Text that is not a reference equals only itself. */
export function sameImage(one: string, other: string): boolean {
  return one === other || spellingOf(one) === spellingOf(other)
}

/**
 * Whether both pull the same content as far as the references tell: if both have a digest, only digests are compared.
 */
export function pullsTheSame(one: ImageReference, other: ImageReference): boolean {
  if (imageRepository(one) !== imageRepository(other)) return false
  return one.digest !== undefined && other.digest !== undefined
    ? one.digest === other.digest
    : normaliseImage(one) === normaliseImage(other)
}

/** The same repository as spelled, with another tag and no digest. Raises INVALID for an invalid tag. */
export function withTag({ name }: ImageReference, tag: string): ImageReference {
  refuseWrongTag(`${name}:${tag}`, tag)
  return parseImageReference(`${name}:${tag}`)
}

function spellingOf(text: string): string {
  return isImageReference(text) ? normaliseImage(parseImageReference(text)) : text
}

function split(text: string): { name: string; tag?: string; digest?: string } {
  const at = text.indexOf('@')
  const tagged = at < 0 ? text : text.slice(0, at)
  // a colon before the last slash belongs to a port, one in brackets to an IPv6 address
  const colon = tagged.indexOf(':', Math.max(tagged.lastIndexOf('/'), tagged.lastIndexOf(']')) + 1)
  return {
    name: colon < 0 ? tagged : tagged.slice(0, colon),
    ...(colon >= 0 && { tag: tagged.slice(colon + 1) }),
    ...(at >= 0 && { digest: text.slice(at + 1) }),
  }
}

function locate(name: string): { domain: string; path: string } {
  const slash = name.indexOf('/')
  const first = slash < 0 ? '' : name.slice(0, slash)
  const isDomain = slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase())
  const domain = isDomain && first !== 'index.docker.io' ? first : hub
  const path = isDomain ? name.slice(slash + 1) : name
  return { domain, path: domain === hub && !path.includes('/') ? `library/${path}` : path }
}

function invalid(text: string, problem: string, right?: string): never {
  const hint = right !== undefined && right !== text && isImageReference(right) ? `; did you mean ${right}?` : ''
  throw new DroverError('INVALID', `not an image reference: ${JSON.stringify(text)}: ${problem}${hint}`)
}

function refusePastedText(text: string): void {
  const command = /^\s*(?:sudo\s+)?(docker|podman|nerdctl|crictl|ctr)\s.*?(\S+)\s*$/s.exec(text)
  if (text.trim() === '') invalid(text, 'it is empty; expected NAME[:TAG][@DIGEST], such as nginx:1.27')
  if (command) invalid(text, `this is a ${command[1]} command; give the image alone`, command[2])
  const scheme = /^\s*([a-z][a-z0-9+.-]*:\/\/)(.*?)\/?\s*$/is.exec(text)
  if (scheme) invalid(text, `an image has no ${scheme[1]} in front`, scheme[2])
  const trimmed = text.trim()
  if (trimmed !== text) invalid(text, `there is ${/[\r\n]/.test(text) ? 'a line end' : 'a blank'} around it`, trimmed)
  if (/\s/.test(text)) invalid(text, 'it has a blank in it', text.replaceAll(/\s+/g, ''))
  const quoted = /^(['"`])(.*)\1$/.exec(text)
  if (quoted) invalid(text, 'it is in quotes', quoted[2])
}

function refuseWrongName(text: string, name: string, domain: string, path: string): void {
  if (name === '') invalid(text, 'it has no name; expected NAME[:TAG][@DIGEST], such as nginx:1.27')
  if (!domainPattern.test(domain)) invalid(text, `${JSON.stringify(domain)} is no registry host; expected HOST[:PORT]`)
  if (path !== path.toLowerCase() || domain !== domain.toLowerCase()) refuseUpperCase(text, name, domain, path)
  if (/^[a-f0-9]{64}$/.test(name)) invalid(text, 'it is an image id; an id has no repository to pull from')
  if (!pathPattern.test(path)) {
    invalid(
      text,
      `repository ${JSON.stringify(path)} must be parts of a-z and 0-9, joined inside by ".", "_", "__" or "-" and separated by "/"`,
    )
  }
  if (name.length > maxNameLength)
    invalid(text, `its name has ${name.length} characters; at most ${maxNameLength} are allowed`)
}

/** The grammar reads `UPPER/case` as host UPPER; without a dot or port that is hardly intended. */
function refuseUpperCase(text: string, name: string, domain: string, path: string): void {
  const right = `${name.toLowerCase()}${text.slice(name.length)}`
  if (path !== path.toLowerCase()) invalid(text, 'the repository must be in lower case', right)
  if (!/[.:]/.test(domain)) invalid(text, `${domain} must be in lower case, or be a host with a dot or a port`, right)
}

function refuseWrongTag(text: string, tag: string): void {
  if (tag === '') invalid(text, 'the tag after ":" is empty', text.replace(':@', '@').replace(/:$/, ''))
  if (tagPattern.test(tag)) return
  invalid(
    text,
    `tag ${JSON.stringify(tag)} must be 1 to 128 of letters, digits, "_", "." and "-", and not begin with "." or "-"`,
  )
}

function refuseWrongDigest(text: string, digest: string): void {
  const [algorithm = '', hex] = digest.split(':')
  const length = hexLengths[algorithm]
  if (digest === '') invalid(text, 'the digest after "@" is empty', text.slice(0, -1))
  if (length === undefined || hex === undefined || digest.split(':').length > 2) {
    invalid(text, `digest ${JSON.stringify(digest)} must be sha256:, sha384: or sha512: and its hex digits`)
  }
  if (hex.length === length && /^[a-f0-9]+$/.test(hex)) return
  invalid(text, `a ${algorithm} digest has ${length} digits of 0-9 and a-f, this one ${hex.length} characters`)
}
