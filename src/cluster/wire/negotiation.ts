import * as refusals from '../refusals.ts'

/** How a response is written. */
export interface AnswerForm {
  format: 'json' | 'yaml'
  as: Transformation | undefined
  /** Version of the transformation: `v1` or `v1beta1`. */
  version: string
  /** Indented for people: curl, browsers, `?pretty=true`. */
  pretty: boolean
}

export type Transformation = 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList' | 'APIGroupDiscoveryList'

interface MediaRange {
  type: string
  parameters: ReadonlyMap<string, string>
  quality: number
}

const formats = new Map<string, AnswerForm['format']>([
  ['application/json', 'json'],
  ['application/yaml', 'yaml'],
  ['*/*', 'json'],
])

/** Known, but not supported for responses. */
const protobuf = 'application/vnd.kubernetes.protobuf'

const plain = { format: 'json', as: undefined, version: '' } as const

/** The supported transformations, by group and version of their kinds. */
type Transforms = Readonly<Partial<Record<Transformation, { group: string; versions: readonly string[] }>>>

const meta = { group: 'meta.k8s.io', versions: ['v1', 'v1beta1'] }

export const objectTransforms: Transforms = {
  Table: meta,
  PartialObjectMetadata: meta,
  PartialObjectMetadataList: meta,
}

export const discoveryTransforms: Transforms = {
  APIGroupDiscoveryList: { group: 'apidiscovery.k8s.io', versions: ['v2', 'v2beta1'] },
}

/** Chooses the response's form by Accept. Raises 406 if none is acceptable. */
export function negotiate(accept: string | null, transforms: Transforms = {}): Omit<AnswerForm, 'pretty'> {
  if (accept === null || accept === '' || accept === '*/*' || accept === 'application/json') return plain
  let known = false
  for (const { type, parameters } of parseAccept(accept)) {
    const format = formats.get(type)
    known ||= format !== undefined || type === protobuf
    if (format === undefined) continue
    const as = parameters.get('as') as Transformation | undefined
    if (as === undefined) return { format, as: undefined, version: '' }
    const version = parameters.get('v') ?? ''
    const served = Object.hasOwn(transforms, as) ? transforms[as] : undefined
    if (served?.group === parameters.get('g') && served?.versions.includes(version)) return { format, as, version }
  }
  throw known ? refusals.notAcceptable() : refusals.noMediaType()
}

/** By preference; equal ones in the order given. */
function parseAccept(accept: string): MediaRange[] {
  const ranges = accept.split(',').map(parseMediaRange)
  return ranges.filter(({ quality }) => quality > 0).sort((a, b) => b.quality - a.quality)
}

export function parseMediaRange(text: string): MediaRange {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim())
  const parameters = new Map(rest.map((part) => part.split('=', 2) as [string, string]))
  const quality = Number(parameters.get('q') ?? 1)
  return { type: type.toLowerCase(), parameters, quality: Number.isNaN(quality) ? 0 : quality }
}

/** curl, wget and browsers get indented JSON by default. */
export function wantsPretty(query: URLSearchParams | undefined, userAgent: string | null): boolean {
  const asked = query?.get('pretty')
  if (asked !== null && asked !== undefined) return asked !== 'false' && asked !== '0'
  return userAgent !== null && /^(curl|Wget|Mozilla)/.test(userAgent)
}
