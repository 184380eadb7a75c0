import { jsonHead, shown, showJson, type Core } from './core.ts'
import { parseFieldSelector } from './field-selectors.ts'
import { parseLabelSelector } from './label-selectors.ts'
import * as refusals from '../refusals.ts'
import type { FieldError, KubeObject, ResourceType } from '../resource.ts'
import { bucketOf, groupVersion } from '../resource-types.ts'
import type { Entry } from '../storage/entry.ts'
import { parseVersion } from './updating.ts'
import { StatusError } from '../../model/status.ts'

export interface ListMetadata {
  resourceVersion: string
  continue?: string
  remainingItemCount?: number
}

export interface ListPage {
  metadata: ListMetadata
  entries: Entry[]
}

/** Which objects a list or watch covers. */
export interface Selection {
  readonly namespace: string | undefined
  matches(object: KubeObject): boolean
  /** Every object matches, so none has to be parsed. */
  readonly all: boolean
  /** Only this object can match. */
  readonly name: string | undefined
  /** Equal for equivalent selections. */
  readonly identity: string
}

export function selectionOf(type: ResourceType, namespace: string | undefined, query?: URLSearchParams): Selection {
  const labelText = query?.get('labelSelector') ?? ''
  const fieldText = query?.get('fieldSelector') ?? ''
  const identity = JSON.stringify([namespace, labelText, fieldText])
  if (labelText === '' && fieldText === '') {
    return { namespace, matches: () => true, all: true, name: undefined, identity }
  }
  const labels = parseLabelSelector(labelText)
  const fields = parseFieldSelector(fieldText, type)
  const matches = (object: KubeObject) => labels(object.metadata.labels ?? {}) && fields.matches(object)
  return { namespace, matches, all: false, name: fields.name, identity }
}

/** One page of a list in key order, at the same revision for all pages. */
export function listPage(core: Core, type: ResourceType, selection: Selection, query?: URLSearchParams): ListPage {
  const plan = planOf(core, query)
  const prefix = selection.namespace ? `${selection.namespace}/` : ''
  const bucket = bucketOf(type)
  const { store } = core
  const { revision = store.revision, limit } = plan
  const from = prefix + (plan.start ?? '')
  if (selection.all && revision === store.revision) {
    return pageOf(store.page(bucket, prefix, from, limit || Infinity), revision, prefix, true)
  }
  const entries = revision < store.revision ? store.listAt(revision, bucket, prefix) : store.list(bucket, prefix)
  const following = plan.start === undefined ? entries : entries.filter(({ key }) => key >= from)
  const matching = selection.all ? following : following.filter((entry) => selection.matches(shown(type, entry)))
  const page = limit === 0 ? matching : matching.slice(0, limit)
  return pageOf({ entries: page, count: matching.length }, revision, prefix, selection.all)
}

/** Adds a continue token if items remain. Their number is reported only if no selector applies. */
function pageOf(
  { entries, count }: { entries: Entry[]; count: number },
  revision: number,
  prefix: string,
  all: boolean,
): ListPage {
  const resourceVersion = String(revision)
  const last = entries.at(-1)
  if (entries.length === count || !last) return { metadata: { resourceVersion }, entries }
  const token = continueToken(revision, `${last.key.slice(prefix.length)}\0`)
  const rest = all ? { remainingItemCount: count - entries.length } : {}
  return { metadata: { resourceVersion, continue: token, ...rest }, entries }
}

/** The response's text, assembled from serialised objects. */
export function listJson(type: ResourceType, { metadata, entries }: ListPage): string {
  const head = jsonHead(type)
  const items = entries.map((entry) =>
    type.custom ? showJson(type, entry) : `{${showJson(type, entry).slice(head.length)}`,
  )
  const kind = `{"kind":"${type.kind}List","apiVersion":"${groupVersion(type)}"`
  return `${kind},"metadata":${JSON.stringify(metadata)},"items":[${items.join(',')}]}`
}

interface Plan {
  limit: number
  /** The revision to list; absent for the newest. */
  revision: number | undefined
  /** The first key of this page, without the prefix. */
  start: string | undefined
}

function planOf(core: Core, query: URLSearchParams | undefined): Plan {
  if (!query) return { limit: 0, revision: undefined, start: undefined }
  checkVersionMatch(query)
  const limit = parseLimit(query.get('limit') ?? '')
  const version = query.get('resourceVersion') ?? ''
  const token = query.get('continue') ?? ''
  if (token !== '') {
    if (version !== '' && version !== '0') {
      throw refusals.badRequest('specifying resource version is not allowed when using continue')
    }
    return { limit, ...continueFrom(core, token) }
  }
  const revision = parseVersion(version)
  if (revision > core.store.revision) throw refusals.futureVersion(revision, core.store.revision)
  if (query.get('resourceVersionMatch') === 'Exact' || (limit > 0 && revision > 0 && isLegacyExact(query))) {
    if (revision < core.store.compacted) {
      throw refusals.expired('The resourceVersion for the provided list is too old.')
    }
    return { limit, revision, start: undefined }
  }
  return { limit: version === '0' ? 0 : limit, revision: undefined, start: undefined }
}

/** A limit with a resourceVersion but no resourceVersionMatch means exactly that version. */
function isLegacyExact(query: URLSearchParams): boolean {
  return (query.get('resourceVersionMatch') ?? '') === ''
}

export function checkVersionMatch(query: URLSearchParams, watching = false): void {
  const match = query.get('resourceVersionMatch') ?? ''
  if (match === '') return
  const error = versionMatchError(match, query.get('resourceVersion') ?? '', watching)
  if (error) throw refusals.invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [error])
}

function versionMatchError(match: string, version: string, watching: boolean): FieldError | undefined {
  const field = 'resourceVersionMatch'
  const forbidden = (text: string): FieldError => ({
    reason: 'FieldValueForbidden',
    field,
    message: `Forbidden: resourceVersionMatch is forbidden ${text}`,
  })
  if (watching) return forbidden('for watch')
  if (version === '') return forbidden('unless resourceVersion is provided')
  if (match !== 'Exact' && match !== 'NotOlderThan') {
    const message = `Unsupported value: ${JSON.stringify(match)}: supported values: "Exact", "NotOlderThan", ""`
    return { reason: 'FieldValueNotSupported', field, message }
  }
  if (match === 'Exact' && version === '0') {
    return { ...forbidden(''), message: 'Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"' }
  }
  return undefined
}

function parseLimit(text: string): number {
  if (text === '') return 0
  if (!/^[-+]?\d+$/.test(text)) {
    throw refusals.badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  }
  return Math.max(Number(text), 0)
}

function continueToken(revision: number, start: string): string {
  const token = JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start })
  return Buffer.from(token).toString('base64url')
}

const tooOld =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.'

function continueFrom({ store }: Core, text: string): Pick<Plan, 'revision' | 'start'> {
  const { revision, start } = parseToken(text)
  if (revision < 0) return { revision: undefined, start }
  if (revision >= store.compacted) return { revision, start }
  const { status } = refusals.expired(tooOld)
  throw new StatusError({ ...status, metadata: { continue: continueToken(-1, start) } })
}

function parseToken(text: string): { revision: number; start: string } {
  const invalid = (why: string) => refusals.badRequest(`invalid continue token: continue key is not valid: ${why}`)
  const end = text.search(/[^A-Za-z0-9_-]/)
  if (end >= 0) throw invalid(`illegal base64 data at input byte ${end}`)
  let token: { v?: unknown; rv?: unknown; start?: unknown }
  try {
    token = JSON.parse(Buffer.from(text, 'base64url').toString()) as typeof token
  } catch {
    throw invalid(firstCharacterText(Buffer.from(text, 'base64url')))
  }
  if (token.v !== 'meta.k8s.io/v1')
    throw invalid(`server does not recognize this encoded version ${JSON.stringify(token.v ?? '')}`)
  if (typeof token.rv !== 'number' || token.rv === 0)
    throw invalid('incorrect encoded start resourceVersion (version meta.k8s.io/v1)')
  if (typeof token.start !== 'string' || token.start === '')
    throw invalid('encoded start key empty (version meta.k8s.io/v1)')
  return { revision: token.rv, start: token.start }
}

function firstCharacterText(bytes: Uint8Array): string {
  const byte = bytes[0]
  if (byte === undefined) return 'unexpected end of JSON input'
  const shownByte =
    byte < 0x20 || byte > 0x7e ? `\\u00${byte.toString(16).padStart(2, '0')}` : String.fromCharCode(byte)
  return `invalid character '${shownByte}' looking for beginning of value`
}
