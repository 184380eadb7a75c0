import type { HttpRequest } from '../../model/http.ts'
import type { DeleteOptions, WriteOptions } from '../verbs/api.ts'
import { bodyFormat, parseYaml, readBody } from './bodies.ts'
import { namingProblem } from './body-kinds.ts'
import { goJsonProblem } from '../patch/parse-json.ts'
import * as refusals from '../refusals.ts'
import { DecodeError, type FieldError } from '../resource.ts'
import { decodeObject } from '../schema/decode.ts'

type OptionsKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions' | 'DeleteOptions'

function refuseOptions(kind: OptionsKind, errors: FieldError[]) {
  return refusals.invalid({ group: 'meta.k8s.io', kind }, '', errors)
}

/** `dryRun` and `fieldManager` of a write. The default manager is the client's name. */
export function writeOptions(
  kind: OptionsKind,
  query: URLSearchParams | undefined,
  request: HttpRequest,
): Required<Pick<WriteOptions, 'dryRun' | 'fieldManager'>> {
  const dryRun = query?.getAll('dryRun') ?? []
  const asked = query?.get('fieldManager') ?? ''
  const errors = [...dryRunErrors(dryRun), ...managerErrors(asked)]
  if (errors.length > 0) throw refuseOptions(kind, errors)
  const [agent = ''] = (request.headers.get('user-agent') ?? '').split('/')
  return { dryRun: dryRun.length > 0, fieldManager: asked || agent || 'unknown' }
}

function dryRunErrors(values: readonly string[]): FieldError[] {
  if (values.every((value) => value === 'All')) return []
  const list = values.map((value) => JSON.stringify(value)).join(', ')
  const message = `Unsupported value: []string{${list}}: supported values: "All"`
  return [{ reason: 'FieldValueNotSupported', field: 'dryRun', message }]
}

function managerErrors(manager: string): FieldError[] {
  const field = 'fieldManager'
  const errors: FieldError[] = []
  if (manager.length > 128) {
    const message = 'Too long: must have at most 128 bytes'
    errors.push({ reason: 'FieldValueTooLong', field, message })
  }
  const characters = Array.from(manager)
  const position = characters.findIndex((character) => /\p{C}/u.test(character))
  if (position >= 0) {
    const code = characters[position]?.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')
    const detail = `invalid character U+${code} (at position ${position})`
    errors.push({ reason: 'FieldValueInvalid', field, message: `Invalid value: ${JSON.stringify(manager)}: ${detail}` })
  }
  return errors
}

const scheme = 'k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27'

interface DeleteBody {
  propagationPolicy?: string
  orphanDependents?: boolean
  gracePeriodSeconds?: number
  dryRun?: string[]
  preconditions?: { uid?: string; resourceVersion?: string }
}

const policies = ['Background', 'Foreground', 'Orphan'] as const

/** For a DELETE: a body, even an empty one, overrides the query. */
export async function deleteOptions(request: HttpRequest, query: URLSearchParams | undefined): Promise<DeleteOptions> {
  const text = await readBody(request)
  const given = text === '' ? fromQuery(query) : await fromBody(text, request)
  const { propagationPolicy, orphanDependents, gracePeriodSeconds, dryRun = [], preconditions } = given
  const errors = [...policyErrors(given), ...dryRunErrors(dryRun)]
  if (errors.length > 0) throw refuseOptions('DeleteOptions', errors)
  const legacy = orphanDependents === undefined ? undefined : orphanDependents ? 'Orphan' : 'Background'
  const policy = (propagationPolicy as DeleteOptions['propagationPolicy']) ?? legacy
  return {
    dryRun: dryRun.length > 0,
    ...(policy && { propagationPolicy: policy }),
    ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
    ...(preconditions && { preconditions }),
  }
}

function fromQuery(query: URLSearchParams | undefined): DeleteBody {
  const grace = query?.get('gracePeriodSeconds') ?? ''
  const policy = query?.get('propagationPolicy') ?? ''
  const orphan = query?.get('orphanDependents') ?? ''
  if (grace !== '' && !/^[-+]?\d+$/.test(grace)) {
    throw refusals.badRequest(`strconv.ParseInt: parsing ${JSON.stringify(grace)}: invalid syntax`)
  }
  return {
    dryRun: query?.getAll('dryRun') ?? [],
    ...(policy !== '' && { propagationPolicy: policy }),
    ...(orphan !== '' && { orphanDependents: orphan !== 'false' && orphan !== '0' }),
    ...(grace !== '' && { gracePeriodSeconds: Number(grace) }),
  }
}

async function fromBody(text: string, request: HttpRequest): Promise<DeleteBody> {
  const format = bodyFormat(request.headers.get('content-type'))
  let value: unknown
  try {
    value = format === 'yaml' ? await parseYaml(text) : JSON.parse(text)
  } catch {
    const why = goJsonProblem(text) ?? 'invalid YAML'
    throw refusals.internalWithoutReason(`couldn't get version/kind; json parse error: ${why}`)
  }
  const body = (value ?? {}) as { kind?: string; apiVersion?: string }
  const unnamed = namingProblem(body)
  if (unnamed !== undefined) throw refusals.internalWithoutReason(unnamed)
  if (body.kind !== undefined && body.kind !== 'DeleteOptions') {
    throw refusals.internalWithoutReason(
      `no kind "${body.kind}" is registered for version "${body.apiVersion ?? ''}" in scheme "${scheme}"`,
    )
  }
  try {
    return decodeObject('meta/v1', 'DeleteOptions', body) as DeleteBody
  } catch (error) {
    throw error instanceof DecodeError ? refusals.internalWithoutReason(error.message) : error
  }
}

function policyErrors({ propagationPolicy, orphanDependents }: DeleteBody): FieldError[] {
  const field = 'propagationPolicy'
  if (propagationPolicy !== undefined && orphanDependents !== undefined) {
    const message = 'Invalid value: "": orphanDependents and deletionPropagation cannot be both set'
    const value = JSON.stringify(propagationPolicy)
    return [{ reason: 'FieldValueInvalid', field, message: message.replace('""', value) }]
  }
  if (propagationPolicy === undefined || policies.includes(propagationPolicy as never)) return []
  const message = `Unsupported value: ${JSON.stringify(propagationPolicy)}: supported values: "Foreground", "Background", "Orphan", "nil"`
  return [{ reason: 'FieldValueNotSupported', field, message }]
}

/** Anything but "false" and "0" counts as true, even an empty value. */
export function isSet(query: URLSearchParams | undefined, name: string): boolean {
  const value = query?.get(name)
  return value !== undefined && value !== null && value !== 'false' && value !== '0'
}
