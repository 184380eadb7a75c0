import type { KubeObject } from '../../../model/kube-object.ts'
import { workloadKinds } from '../../../model/workload-kinds.ts'
import { creatorAnnotation } from '../../kubernetes/state.ts'
import type { Compactor } from './compact.ts'
import { kindRows, type V3WorkloadKind } from './kind-rows.ts'
import { mergeContainers } from './merge-containers.ts'
import { isChanged, mergeRows, type Sides } from './merge-rows.ts'
import { podFields, podRows } from './pod-rows.ts'
import { hasPorts, portsAnnotation } from './ports.ts'
import { hiddenAnnotations } from './read-workload.ts'
import {
  copyOf,
  type Fields,
  fieldsOf,
  hasAt,
  isFields,
  listOf,
  removeAt,
  sameJson,
  setAt,
  stringsOf,
  valueAt,
} from './rows.ts'
import { type NodeScheduling, writeNodeScheduling } from './scheduling.ts'
import { writeMetrics } from './workload-metrics.ts'

export interface WorkloadMerge {
  kind: V3WorkloadKind
  /** The current Kubernetes object; not modified. */
  object: KubeObject
  /** The v3 document of that object. */
  today: Fields
  /** The caller's document, validated by the schema. */
  body: Fields
  compactor: Compactor
  /** `?_replace=true`: omitted fields are removed. */
  replace: boolean
  /** The object is new and still empty. */
  isNew?: boolean
}

/**
 * Applies a PUT to an object. Rancher maps the caller's whole document and loses what v3 cannot express; this writes
 * only the differences from the current document, so a document sent back as read changes nothing.
 */
export function mergeWorkload(merge: WorkloadMerge): KubeObject {
  const { kind, object, replace } = merge
  const draft = draftOf(object)
  const body = withOwnSelector(kind, withRecreate(merge.body))
  const sides: Sides = { ...merge, body, absentRemoves: replace, asSent: merge.isNew }
  mergeRows(kindRows[kind], sides, draft)
  dropEmptyStrategy(body, draft)
  mergeMetadata(sides, draft)
  const path = workloadKinds[kind].template.join('.')
  const template = valueAt(draft, path)
  if (isFields(template))
    mergeTemplate(sides, template, String(object.metadata.namespace), String(object.metadata.name))
  return draft
}

const saidToday = new WeakMap<Fields, Fields>()

/** Whether the body equals the current document, so that there is nothing to merge. */
export function saysNothingNew({
  today,
  body,
  compactor,
}: Pick<WorkloadMerge, 'today' | 'body' | 'compactor'>): boolean {
  const said = saidToday.get(today) ?? compactor.said(today)
  saidToday.set(today, said)
  return sameJson(compactor.said(body), said)
}

/** A copy of what v3 can write; managedFields and status belong to Kubernetes. */
function draftOf({ metadata, status, ...rest }: KubeObject): KubeObject {
  const { managedFields, ...own } = metadata
  return {
    ...copyOf(rest),
    metadata: { ...copyOf(own), ...(managedFields !== undefined && { managedFields }) },
    ...(status !== undefined && { status }),
  }
}

/** Recreate has no rolling-update parameters. */
function withRecreate(body: Fields): Fields {
  const config = body['deploymentConfig']
  if (!isFields(config) || config['strategy'] !== 'Recreate') return body
  const { maxSurge: _surge, maxUnavailable: _unavailable, ...rest } = config
  return { ...body, deploymentConfig: rest }
}

/**
 * A ReplicationController's selector is a plain map, which the schema of `/workloads` cannot express: it arrives empty.
 */
function withOwnSelector(kind: V3WorkloadKind, body: Fields): Fields {
  if (kind !== 'replicationcontroller' || Object.keys(fieldsOf(body['selector'])).length > 0) return body
  const { selector: _, ...rest } = body
  return rest
}

/** A Deployment's strategy without parameters gets the defaults. */
function dropEmptyStrategy(body: Fields, draft: Fields): void {
  const numbers = ['deploymentConfig.maxSurge', 'deploymentConfig.maxUnavailable']
  const hasParameters = Object.keys(fieldsOf(valueAt(draft, 'spec.strategy.rollingUpdate'))).length > 0
  if (hasParameters && hasAt(body, 'deploymentConfig.strategy') && !numbers.some((path) => hasAt(body, path))) {
    removeAt(draft, 'spec.strategy.rollingUpdate')
  }
  if (valueAt(body, 'daemonSetConfig.strategy') === 'OnDelete') removeAt(draft, 'spec.updateStrategy.rollingUpdate')
  if (valueAt(body, 'statefulSetConfig.strategy') === 'OnDelete') removeAt(draft, 'spec.updateStrategy.rollingUpdate')
}

function mergeTemplate(sides: Sides, template: Fields, namespace: string, workload: string): void {
  const { body, today, compactor, absentRemoves, asSent } = sides
  mergeTemplateMetadata(sides, template)
  const spec = fieldsOf(template['spec'])
  template['spec'] = spec
  mergeRows(podRows(namespace), sides, spec)
  mergeNode(sides, spec)
  // Kubernetes' older name of the field would restore it
  if (absentRemoves && spec['serviceAccountName'] === undefined) delete spec['serviceAccount']
  if (Array.isArray(body['containers'])) {
    const wanted = listOf(body['containers'])
    const ownAnnotations = Object.hasOwn(body, 'annotations')
    mergeContainers({
      template,
      today: listOf(today['containers']),
      wanted,
      workload,
      compactor,
      ownAnnotations,
      asSent,
    })
  } else if (absentRemoves || Object.keys(body).some((field) => podFields.has(field))) {
    delete spec['containers']
    delete spec['initContainers']
  }
}

const nodeLists = ['requireAll', 'requireAny', 'preferred'] as const

function mergeNode(sides: Sides, spec: Fields): void {
  const { body, today, asSent, absentRemoves } = sides
  const given = nodeLists.filter((list) => Array.isArray(valueAt(body, `scheduling.node.${list}`)))
  if (given.length === 0 && !absentRemoves) return
  const [wanted, known] = [body, today].map((document) => nodeListsOf(document))
  if (!sameJson(wanted, known)) writeNodeScheduling(spec, wanted ?? {})
  else if (asSent) setAt(spec, 'affinity', {})
}

function nodeListsOf(document: Fields): NodeScheduling {
  const node = fieldsOf(valueAt(document, 'scheduling.node'))
  const lists = nodeLists.map((list) => [list, stringsOf(node[list])] as const)
  return Object.fromEntries(lists.filter(([, lines]) => lines.length > 0))
}

/** The template's own labels and annotations: whole maps, except for keys v3 does not show. */
function mergeTemplateMetadata(sides: Sides, template: Fields): void {
  if (isChanged('labels', sides)) replaceMap(template, 'metadata.labels', sides.body['labels'], [])
  if (isChanged('annotations', sides)) {
    const hidden = hiddenAnnotations.filter((key) => key !== portsAnnotation || hasPorts(template))
    replaceMap(template, 'metadata.annotations', sides.body['annotations'], hidden)
  }
  if (isChanged('workloadMetrics', sides)) writeMetrics(template, sides.body['workloadMetrics'])
}

function replaceMap(target: Fields, path: string, wanted: unknown, hidden: readonly string[]): void {
  const map: Record<string, unknown> = {}
  const today = fieldsOf(valueAt(target, path))
  for (const [key, value] of Object.entries(fieldsOf(wanted))) if (!hidden.includes(key)) map[key] = value
  for (const [key, value] of Object.entries(today)) {
    if (hidden.includes(key) || (Object.hasOwn(map, key) && String(map[key]).trim() === String(value).trim()))
      map[key] = value
  }
  if (Object.keys(map).length > 0) setAt(target, path, map)
  else removeAt(target, path)
}

/** The object's own labels and annotations: absent and null leave them unchanged, and some keys are protected. */
function mergeMetadata({ body }: Sides, draft: KubeObject): void {
  const { metadata } = draft
  for (const [field, key] of [
    ['workloadLabels', 'labels'],
    ['workloadAnnotations', 'annotations'],
  ] as const) {
    const wanted = body[field]
    if (!isFields(wanted)) continue
    const merged = mergeProtected(metadata[key] ?? {}, wanted)
    if (sameJson(merged, metadata[key] ?? {})) continue
    if (Object.keys(merged).length > 0) metadata[key] = merged
    else delete metadata[key]
  }
}

/** Keys of Rancher and Kubernetes cannot be changed or removed; `field.cattle.io/` ones can only be set. */
function mergeProtected(today: Record<string, string>, wanted: Fields): Record<string, string> {
  const merged: Record<string, string> = {}
  for (const [key, value] of Object.entries(today)) {
    if (isProtected(key) || isField(key) || (key === revisionAnnotation && Object.hasOwn(wanted, key)))
      merged[key] = value
    else if (typeof wanted[key] === 'string' && wanted[key].trim() === value.trim()) merged[key] = value
  }
  for (const [key, value] of Object.entries(wanted)) {
    if (isProtected(key) || key === revisionAnnotation || typeof value !== 'string') continue
    if (!Object.hasOwn(merged, key) || merged[key]?.trim() !== value.trim()) merged[key] = value
  }
  return merged
}

function isField(key: string): boolean {
  return key.startsWith('field.cattle.io/') && key !== creatorAnnotation
}

function isProtected(key: string): boolean {
  return key === creatorAnnotation || (key.includes('cattle.io/') && !isField(key))
}

/** Not the caller's to choose; the Deployment controller restores it if omitted. */
const revisionAnnotation = 'deployment.kubernetes.io/revision'
