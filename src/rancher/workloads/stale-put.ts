import type { KubeObject } from '../../model/kube-object.ts'
import { workloadKinds } from '../../model/workload-kinds.ts'
import type { Call } from '../call.ts'
import { V3Error } from '../failure.ts'
import type { Body } from '../v3-type.ts'
import type { Compactor } from './compact.ts'
import type { V3WorkloadKind } from './kind-rows.ts'
import { podFields } from './pod-rows.ts'
import { readWorkload } from './read-workload.ts'
import { type Fields, fieldsOf, sameJson, setAt, valueAt } from './rows.ts'
import { type Clash, mergeThreeWays } from './three-way.ts'
import { workloadPath } from './workload-path.ts'

/**
 * What becomes of a whole document that was read before someone else's change. `merge` (the default) makes only the change
 * that its sender made, `reject` refuses it with 409, `rancher` lets it overwrite what happened in between.
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

const revisionAnnotation = 'deployment.kubernetes.io/revision'
const historyAnnotation = 'deployment.kubernetes.io/revision-history'

/** The body as its sender would have written it, had he read today's document. Raises 409 Conflict with both sides. */
export async function healStaleBody(stale: StaleBody): Promise<Body> {
  const { call, object, mode } = stale
  if (mode === 'rancher') return stale.body
  const sent = fieldsOf(await call.readBody())
  const body = keepScale(stale, sent)
  const read = revisionOf(fieldsOf(sent['workloadAnnotations']))
  const current = revisionOf(object.metadata.annotations ?? {})
  if (stale.kind !== 'deployment' || read === undefined || current === undefined || read === current) return body
  if (mode === 'reject') {
    throw new V3Error('Conflict', `the document was read at revision ${read}; today's is ${current}`)
  }
  const template = await revisionTemplate(stale, read)
  if (!template) {
    warn(stale, body, read)
    return body
  }
  return mergeTemplate({ ...stale, body }, template)
}

/** A scale that equals the document's own count of pods was read, not asked for; someone scales meanwhile. */
function keepScale({ body, kind, object }: StaleBody, sent: Fields): Body {
  const { replicas, observedGeneration } = fieldsOf(sent[`${workloadKinds[kind].v3Type}Status`])
  const isOld = typeof observedGeneration === 'number' && observedGeneration < (object.metadata.generation ?? 0)
  if (!isOld || body['scale'] === undefined || body['scale'] !== replicas) return body
  const { scale: _, ...rest } = body
  return rest
}

function revisionOf(annotations: Fields): string | undefined {
  const revision = annotations[revisionAnnotation]
  return typeof revision === 'string' && revision !== '' ? revision : undefined
}

/** The pod template of a revision, as the Deployment's ReplicaSet of that time keeps it. */
async function revisionTemplate({ call, object }: StaleBody, revision: string): Promise<Fields | undefined> {
  const { namespace = '', uid } = object.metadata
  const { items } = await call.cluster.kube.list(workloadPath('replicaset', namespace))
  const found = items.find(
    ({ metadata }) =>
      (metadata.ownerReferences ?? []).some((owner) => owner.uid === uid) &&
      wasRevision(metadata.annotations ?? {}, revision),
  )
  if (!found) return undefined
  const template = structuredClone(fieldsOf(found.spec?.['template']))
  delete fieldsOf(valueAt(template, 'metadata.labels'))['pod-template-hash']
  return template
}

function wasRevision(annotations: Record<string, string>, revision: string): boolean {
  const history = annotations[historyAnnotation]?.split(',') ?? []
  return annotations[revisionAnnotation] === revision || history.includes(revision)
}

/** The template's fields in a v3 document. */
function templateFields(body: Fields): string[] {
  return Object.keys(body).filter((field) => podFields.has(field) || field === 'labels' || field === 'annotations')
}

function mergeTemplate({ kind, object, today, body, compactor }: StaleBody, template: Fields): Body {
  const old = structuredClone(object)
  setAt(old, workloadKinds[kind].template.join('.'), template)
  const base = readWorkload(kind, old, undefined, 0)
  const fields = templateFields(body)
  const isSame = (one: Fields, other: Fields) =>
    fields.every((field) =>
      sameJson(compactor.comparable(field, one[field]) ?? null, compactor.comparable(field, other[field]) ?? null),
    )
  // Nothing changed against what was read: the sender wants that revision back.
  if (isSame(body, base)) return body
  const merged: Body = { ...body }
  const clashes: Clash[] = []
  for (const field of fields) {
    const sides = [base, today, body].map((document) => compactor.comparable(field, document[field]))
    const one = mergeThreeWays(sides[0], sides[1], sides[2], field)
    clashes.push(...one.clashes)
    merged[field] = one.value ?? null
  }
  if (clashes.length > 0) throw new V3Error('Conflict', describe(clashes))
  return merged
}

function describe(clashes: readonly Clash[]): string {
  const text = (value: unknown) => JSON.stringify(value ?? null)
  const lines = clashes.map(
    ({ path, base, theirs, ours }) => `${path}: base ${text(base)}, theirs ${text(theirs)}, ours ${text(ours)}`,
  )
  return `changed by someone else since this document was read: ${lines.join('; ')}`
}

/** What the document replaces, where nobody can tell any more what its sender changed. */
function warn({ call, today, compactor }: StaleBody, body: Body, revision: string): void {
  const overwritten = templateFields(body).filter(
    (field) =>
      !sameJson(compactor.comparable(field, body[field]) ?? null, compactor.comparable(field, today[field]) ?? null),
  )
  if (overwritten.length === 0) return
  const text = `revision ${revision} is gone, so the document overwrites today's ${overwritten.join(', ')}`
  call.setHeader('Warning', `299 drover "${text}"`)
}
