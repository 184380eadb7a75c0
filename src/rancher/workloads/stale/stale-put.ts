import type { KubeObject } from '../../../model/kube-object.ts'
import { workloadKinds } from '../../../model/workload-kinds.ts'
import type { Call } from '../../request/call.ts'
import { V3Error } from '../../answer/failure.ts'
import type { Body } from '../../schema/v3-type.ts'
import type { Compactor } from '../mapping/compact.ts'
import { baseOf, keepBase } from './kept-base.ts'
import type { V3WorkloadKind } from '../mapping/kind-rows.ts'
import { imagesWrittenBy, managerOf } from './own-images.ts'
import { podFields } from '../mapping/pod-rows.ts'
import { readWorkload } from '../mapping/read-workload.ts'
import { revisionHistories } from './revision-history.ts'
import { copyOf, type Fields, fieldsOf, listOf, sameJson, setAt } from '../mapping/rows.ts'
import { type Clash, mergeThreeWays } from './three-way.ts'

/**
 * How to handle a stale whole-document PUT. `merge` (default) applies only the sender's own change, `reject` answers
 * 409, `rancher` overwrites what happened in between.
 */
export type StalePut = 'merge' | 'reject' | 'rancher'

export interface StaleBody {
  call: Call
  kind: V3WorkloadKind
  object: KubeObject
  today: Fields
  body: Body
  compactor: Compactor
  mode: StalePut
}

/** The body as the sender would have written it from the current document. Raises 409 Conflict with both sides. */
export async function healStaleBody(stale: StaleBody): Promise<Body> {
  const { call, kind, object, mode } = stale
  const history = revisionHistories[kind]
  const sent = fieldsOf(await call.readBody())
  if (mode === 'rancher' || isFresh(stale, sent)) return stale.body
  const body = keepWitnessed(stale, sent)
  const read = history?.read(sent)
  if (!history || !read) return body
  const base = await baseOf(history, call.cluster, object, read)
  if (base) {
    const merged = mergeTemplate({ ...stale, body }, base.template, read)
    if (merged !== body) await keepBase(call.cluster, kind, object, read, base)
    return merged
  }
  const current = history.current(object)
  if (read === current) return body
  if (mode === 'reject') throw new V3Error('Conflict', `the document was read at revision ${read}, not ${current}`)
  warn(stale, body, read)
  return body
}

/** Read at the current generation, so nothing has changed since. */
function isFresh({ kind, object }: StaleBody, sent: Fields): boolean {
  const { observedGeneration } = fieldsOf(sent[`${workloadKinds[kind].v3Type}Status`])
  return typeof observedGeneration === 'number' && observedGeneration === object.metadata.generation
}

/**
 * A document repeats state besides the template: a scale equal to its own pod count, and a pause that its own
 * conditions show, were read rather than requested, and may have changed since.
 */
function keepWitnessed({ body, kind, object }: StaleBody, sent: Fields): Body {
  const status = fieldsOf(sent[`${workloadKinds[kind].v3Type}Status`])
  if (typeof status['observedGeneration'] !== 'number') return body
  const { replicas, paused = false } = object.spec ?? {}
  const isScaleRead = body['scale'] !== undefined && body['scale'] === status['replicas']
  const isPauseRead = body['paused'] !== undefined && body['paused'] === wasPaused(status)
  return { ...body, ...(isScaleRead && { scale: replicas }), ...(isPauseRead && { paused }) }
}

/** Undefined if no condition tells. */
function wasPaused(status: Fields): boolean | undefined {
  const progress = listOf(status['conditions']).find(({ type }) => type === 'Progressing')
  return progress && progress['reason'] === 'DeploymentPaused'
}

/** Template fields of a v3 document. */
function templateFields(body: Fields): string[] {
  return Object.keys(body).filter((field) => podFields.has(field) || field === 'labels' || field === 'annotations')
}

function mergeTemplate(stale: StaleBody, template: Fields, read: string): Body {
  const { call, kind, object, today, body, compactor, mode } = stale
  const old = copyOf(object)
  setAt(old, workloadKinds[kind].template.join('.'), template)
  const base = readWorkload(kind, old, undefined, 0)
  const fields = templateFields(body)
  const isSame = (one: Fields, other: Fields) => changedFields(compactor, fields, one, other).length === 0
  if (isSame(base, today)) return body
  if (mode === 'reject') {
    const changed = changedFields(compactor, fields, base, today).join(', ')
    throw new V3Error('Conflict', `the document was read at revision ${read}; changed since: ${changed}`)
  }
  // unchanged since it was read: the sender wants that revision back
  if (isSame(body, base)) return body
  const own = imagesWrittenBy(managerOf(call.caller), kind, object)
  const isOwn = ({ path }: Clash) => [...own].some((name) => path === `containers.${name}.image`)
  const merged: Body = { ...body }
  const clashes: Clash[] = []
  for (const field of fields) {
    const sides = [base, today, body].map((document) => compactor.comparable(field, document[field]))
    const one = mergeThreeWays(sides[0], sides[1], sides[2], field)
    clashes.push(...one.clashes.filter((clash) => !isOwn(clash)))
    merged[field] = one.value ?? null
  }
  if (clashes.length > 0) throw new V3Error('Conflict', describe(clashes))
  return merged
}

function changedFields(compactor: Compactor, fields: readonly string[], one: Fields, other: Fields): string[] {
  const comparable = (document: Fields, field: string) => compactor.comparable(field, document[field]) ?? null
  return fields.filter((field) => !sameJson(comparable(one, field), comparable(other, field)))
}

function describe(clashes: readonly Clash[]): string {
  const text = (value: unknown) => JSON.stringify(value ?? null)
  const lines = clashes.map(
    ({ path, base, theirs, ours }) => `${path}: base ${text(base)}, theirs ${text(theirs)}, ours ${text(ours)}`,
  )
  return `changed by someone else since this document was read: ${lines.join('; ')}`
}

/** What the document overwrites, if the sender's change can no longer be determined. */
function warn({ call, today, compactor }: StaleBody, body: Body, revision: string): void {
  const overwritten = changedFields(compactor, templateFields(body), body, today)
  if (overwritten.length === 0) return
  const text = `revision ${revision} is gone, so the document overwrites today's ${overwritten.join(', ')}`
  call.setHeader('Warning', `299 drover "${text}"`)
}
