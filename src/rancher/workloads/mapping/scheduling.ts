import { plainText } from '../../answer/present.ts'
import { type Fields, fieldsOf, listOf, removeAt, setAt, stringsOf, textOf, valueAt } from './rows.ts'

/** `scheduling.node`: node constraints as lines of text. */
export interface NodeScheduling {
  nodeId?: string | null
  requireAll?: string[]
  requireAny?: string[]
  preferred?: string[]
}

/** Annotation of the pod template: a map from base64url node names to Rancher's node ids, as JSON. */
export const nodeStateAnnotation = 'workload.cattle.io/state'

const required = 'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution'
const preferred = 'affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution'

/** Undefined if the pod is not constrained to nodes. */
export function readNodeScheduling(spec: Fields, nodeId: string | undefined): NodeScheduling | undefined {
  const selector = Object.entries(fieldsOf(spec['nodeSelector'])).map(([key, value]) =>
    value === '' ? key : `${key} = ${String(value)}`,
  )
  const terms = requiredTerms(spec).map(termLines)
  const [first = []] = terms
  const all = terms.length === 1 ? first : selector.sort()
  const wishes = preferredTerms(spec).map(({ preference }) => lineOf(fieldsOf(preference)))
  const node: NodeScheduling = {
    ...(nodeId !== undefined && { nodeId }),
    ...(all.length > 0 && { requireAll: all }),
    ...(terms.length > 1 && { requireAny: terms.map(joined) }),
    ...(wishes.length > 0 && { preferred: wishes }),
  }
  return Object.keys(node).length > 0 ? node : undefined
}

/** Terms that cannot be shown as text, such as those of node fields only, are omitted. */
function requiredTerms(spec: Fields): Fields[] {
  return listOf(valueAt(spec, `${required}.nodeSelectorTerms`)).filter((term) => termLines(term).length > 0)
}

/** By descending weight. */
function preferredTerms(spec: Fields): Fields[] {
  return [...listOf(valueAt(spec, preferred))].sort((a, b) => Number(b['weight']) - Number(a['weight']))
}

/**
 * Writes all three lists: if one changes, omitted ones are removed, as in Rancher. Unchanged lines keep their
 * Kubernetes form. Pod affinities are not touched.
 */
export function writeNodeScheduling(spec: Fields, { requireAll, requireAny, preferred: wishes }: NodeScheduling): void {
  const known = knownTerms(spec)
  const termOf = (line: string) => known.get(line) ?? parseTerm(line)
  const [any, all] = [requireAny ?? [], requireAll ?? []]
  const terms = any.length > 0 ? any.map(termOf) : all.length > 0 ? [known.get(joined(all)) ?? aggregate(all)] : []
  if (valueAt(spec, required) === undefined) dropFromSelector(spec, [...any, ...all])
  putList(spec, `${required}.nodeSelectorTerms`, terms)
  putList(
    spec,
    preferred,
    (wishes ?? []).map((line, index) => ({ weight: 100 - index, preference: termOf(line) })),
  )
}

/** Keyed by line. */
function knownTerms(spec: Fields): Map<string, Fields> {
  const terms = [...requiredTerms(spec), ...preferredTerms(spec).map(({ preference }) => fieldsOf(preference))]
  return new Map(terms.map((term) => [lineOf(term), term]))
}

function putList(spec: Fields, path: string, list: Fields[]): void {
  if (list.length > 0) setAt(spec, path, list)
  else removeAt(spec, path)
}

/** A node selector is shown in `requireAll`: omitting its line removes it. */
function dropFromSelector(spec: Fields, lines: readonly string[]): void {
  const kept = new Set(lines.flatMap((line) => line.split('&&')).map((line) => line.trim()))
  for (const [key, value] of Object.entries(fieldsOf(spec['nodeSelector']))) {
    if (!kept.has(value === '' ? key : `${key} = ${String(value)}`)) delete fieldsOf(spec['nodeSelector'])[key]
  }
}

function joined(lines: readonly string[]): string {
  return lines.join(' && ')
}

function lineOf(term: Fields): string {
  return joined(termLines(term))
}

function termLines(term: Fields): string[] {
  return listOf(term['matchExpressions'])
    .map(expressionLine)
    .filter((line) => line !== '')
}

/** Kubernetes' operators as the text around them; '' if there is none. */
function expressionLine({ key, operator, values }: Fields): string {
  const name = textOf(key)
  const list = stringsOf(values)
  const [only] = list
  switch (operator) {
    case 'Exists':
      return name
    case 'DoesNotExist':
      return `!${name}`
    case 'In':
      return list.length > 1 ? `${name} in (${list.join(', ')})` : list.length === 1 ? `${name} = ${only}` : ''
    case 'NotIn':
      return list.length > 1 ? `${name} notin (${list.join(', ')})` : list.length === 1 ? `${name} != ${only}` : ''
    case 'Gt':
      return list.length === 1 ? `${name} > ${only}` : ''
    case 'Lt':
      return list.length === 1 ? `${name} < ${only}` : ''
    default:
      return ''
  }
}

const operators: Readonly<Record<string, string>> = {
  '=': 'In',
  in: 'In',
  '!=': 'NotIn',
  notin: 'NotIn',
  '>': 'Gt',
  '<': 'Lt',
}

/** The lines of `requireAll` form one term. */
function aggregate(lines: readonly string[]): Fields {
  return { matchExpressions: lines.flatMap((line) => line.split('&&').map(parseExpression)) }
}

function parseTerm(line: string): Fields {
  return aggregate([line])
}

/** Parsed as by Rancher, even an empty text: Kubernetes then reports the invalid key. */
function parseExpression(text: string): Fields {
  const found = /=|!=|<|>| in | notin /.exec(text)
  if (!found) {
    const key = text.trim()
    return key.startsWith('!') ? { key: key.slice(1).trim(), operator: 'DoesNotExist' } : { key, operator: 'Exists' }
  }
  const [operator] = found
  const values = valuesIn(text.slice(found.index + operator.length).trim())
  return { key: text.slice(0, found.index).trim(), operator: operators[operator.trim()], values }
}

/** Trims spaces around commas only. */
function valuesIn(text: string): string[] {
  if (!text.startsWith('(') || !text.endsWith(')')) return [text]
  const values = text.slice(1, -1).split(',')
  return values.map((value, index) => {
    const from = index > 0 ? value.trimStart() : value
    return index < values.length - 1 ? from.trimEnd() : from
  })
}

/** Rancher's id of the bound node: '' if not bound by a v3 caller, undefined if not bound. */
export function boundNodeId(spec: Fields, annotations: Fields): string | undefined {
  const { nodeName } = spec
  if (typeof nodeName !== 'string' || nodeName === '') return undefined
  return textOf(nodeStates(annotations)[nodeKey(nodeName)])
}

/** The annotation's text with one more node. */
export function nodeState(annotations: Fields, nodeName: string, nodeId: string): string {
  return plainText({ ...nodeStates(annotations), [nodeKey(nodeName)]: nodeId })
}

function nodeStates(annotations: Fields): Fields {
  try {
    return fieldsOf(JSON.parse(textOf(annotations[nodeStateAnnotation])))
  } catch {
    return {}
  }
}

function nodeKey(nodeName: string): string {
  return padBase64(Buffer.from(nodeName).toString('base64url'))
}

function padBase64(text: string): string {
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=')
}
