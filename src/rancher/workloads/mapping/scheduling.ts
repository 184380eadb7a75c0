import { type Fields, fieldsOf, isFields, listOf, removeAt, setAt, stringsOf, textOf, valueAt } from './rows.ts'

/** `scheduling.node`: where a pod may run, as lines of text. */
export interface NodeScheduling {
  nodeId?: string | null
  requireAll?: string[]
  requireAny?: string[]
  preferred?: string[]
}

/** Of the pod template: node name in base64url to Rancher's id of the node, as JSON. */
export const nodeStateAnnotation = 'workload.cattle.io/state'

const required = 'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution'
const preferred = 'affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution'

/** Undefined when nothing binds the pod to nodes. */
export function readNodeScheduling(spec: Fields, nodeId: string | undefined): NodeScheduling | undefined {
  const terms = listOf(valueAt(spec, `${required}.nodeSelectorTerms`))
  const selector = Object.entries(fieldsOf(spec['nodeSelector'])).map(([key, value]) =>
    value === '' ? key : `${key} = ${String(value)}`,
  )
  const wishes = [...listOf(valueAt(spec, preferred))].sort((a, b) => Number(b['weight']) - Number(a['weight']))
  const all = terms.length === 1 ? termLines(terms[0] ?? {}) : terms.length === 0 ? selector.sort() : []
  const node: NodeScheduling = {
    ...(all.length > 0 && { requireAll: all }),
    ...(terms.length > 1 && { requireAny: terms.map((term) => termLines(term).join(' && ')) }),
    ...(wishes.length > 0 && { preferred: wishes.map((wish) => termLines(fieldsOf(wish['preference'])).join(' && ')) }),
  }
  if (nodeId !== undefined) node.nodeId = nodeId
  const bound = Boolean(spec['nodeName']) || valueAt(spec, 'affinity.nodeAffinity') !== undefined
  return Object.keys(node).length > 0 || bound ? node : undefined
}

/** Writes only the lists that are given; null or empty takes them away. Pod affinities stay. */
export function writeNodeScheduling(spec: Fields, node: NodeScheduling): void {
  const { requireAll, requireAny } = node
  if (requireAll !== undefined || requireAny !== undefined) {
    const any = stringsOf(requireAny)
    const all = stringsOf(requireAll)
    const terms = any.length > 0 ? any.map(parseTerm) : all.length > 0 ? [parseTerm(all.join(' && '))] : []
    if (valueAt(spec, required) === undefined) dropFromSelector(spec, [...any, ...all])
    if (terms.length > 0) setAt(spec, `${required}.nodeSelectorTerms`, terms)
    else removeAt(spec, required)
  }
  if (node.preferred !== undefined) {
    const wishes = stringsOf(node.preferred).map((line, index) => ({
      weight: 100 - index,
      preference: parseTerm(line),
    }))
    if (wishes.length > 0) setAt(spec, preferred, wishes)
    else removeAt(spec, preferred)
  }
}

/** A node selector is shown among `requireAll`: who leaves a line of it out there wants it gone. */
function dropFromSelector(spec: Fields, lines: readonly string[]): void {
  const kept = new Set(lines.flatMap((line) => line.split('&&')).map((line) => line.trim()))
  for (const [key, value] of Object.entries(fieldsOf(spec['nodeSelector']))) {
    if (!kept.has(value === '' ? key : `${key} = ${String(value)}`)) delete fieldsOf(spec['nodeSelector'])[key]
  }
}

function termLines(term: Fields): string[] {
  return listOf(term['matchExpressions']).map(expressionLine)
}

/** Kubernetes' operator to the text around it. */
function expressionLine({ key, operator, values }: Fields): string {
  const name = textOf(key)
  const list = stringsOf(values)
  switch (operator) {
    case 'Exists':
      return name
    case 'DoesNotExist':
      return `!${name}`
    case 'In':
      return list.length === 1 ? `${name} = ${list[0]}` : `${name} in (${list.join(', ')})`
    case 'NotIn':
      return list.length === 1 ? `${name} != ${list[0]}` : `${name} notin (${list.join(', ')})`
    case 'Gt':
      return `${name} > ${list.join(', ')}`
    case 'Lt':
      return `${name} < ${list.join(', ')}`
    default:
      return name
  }
}

const operators: Readonly<Record<string, string>> = {
  '=': 'In',
  '==': 'In',
  in: 'In',
  '!=': 'NotIn',
  notin: 'NotIn',
  '>': 'Gt',
  '<': 'Lt',
}

function parseTerm(line: string): Fields {
  const matchExpressions = line
    .split('&&')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(parseExpression)
  return { matchExpressions }
}

function parseExpression(text: string): Fields {
  const found = /^(\S+?)\s*(==|!=|=|<|>|\s(?:in|notin)\b)\s*(.*)$/.exec(text)
  if (!found) {
    return text.startsWith('!')
      ? { key: text.slice(1).trim(), operator: 'DoesNotExist' }
      : { key: text, operator: 'Exists' }
  }
  const [, key = '', operator = '', rest = ''] = found
  const list = /^\((.*)\)$/.exec(rest.trim())
  const values = list ? (list[1] ?? '').split(',').map((value) => value.trim()) : [rest.trim()]
  return { key, operator: operators[operator.trim()] ?? 'In', values }
}

/** Rancher's id of the node that a template is bound to, if a v3 caller bound it. */
export function boundNodeId(spec: Fields, annotations: Fields): string | undefined {
  const { nodeName } = spec
  const text = annotations[nodeStateAnnotation]
  if (typeof nodeName !== 'string' || typeof text !== 'string') return undefined
  try {
    const ids: unknown = JSON.parse(text)
    const id = isFields(ids) ? ids[Buffer.from(nodeName).toString('base64url')] : undefined
    const padded = isFields(ids) ? ids[padBase64(Buffer.from(nodeName).toString('base64url'))] : undefined
    const found = id ?? padded
    return typeof found === 'string' ? found : undefined
  } catch {
    return undefined
  }
}

/** The annotation's text for a node. */
export function nodeState(nodeName: string, nodeId: string): string {
  return JSON.stringify({ [padBase64(Buffer.from(nodeName).toString('base64url'))]: nodeId })
}

function padBase64(text: string): string {
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=')
}
