import type { FieldError } from '../resource.ts'
import { duplicate, forbidden, invalid, invalidEach, notSupported, required } from './field-errors.ts'
import { GoText, goQuote } from './go-print.ts'
import { dnsLabel, dnsSubdomain, labelValue, qualifiedName } from './names.ts'
import { validateLabelSelector } from './selector-validation.ts'
import { at, isRecord, list, number, record, records, text, texts, type Json } from './read.ts'

const required_ = 'requiredDuringSchedulingIgnoredDuringExecution'
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution'

export function validateAffinity(value: unknown, field: string): FieldError[] {
  const { nodeAffinity, podAffinity, podAntiAffinity } = record(value)
  return [
    ...nodeAffinityErrors(nodeAffinity, `${field}.nodeAffinity`),
    ...podAffinityErrors(podAffinity, `${field}.podAffinity`),
    ...podAffinityErrors(podAntiAffinity, `${field}.podAntiAffinity`),
  ]
}

function nodeAffinityErrors(value: unknown, field: string): FieldError[] {
  if (!isRecord(value)) return []
  const errors: FieldError[] = []
  const must = value[required_]
  if (isRecord(must)) errors.push(...nodeSelectorErrors(must, `${field}.${required_}`))
  records(value[preferred]).forEach((one, index) => {
    const path = `${field}.${preferred}[${index}]`
    errors.push(...weightErrors(one, path), ...termErrors(record(one['preference']), `${path}.preference`))
  })
  return errors
}

export function nodeSelectorErrors(selector: Json, field: string): FieldError[] {
  const path = `${field}.nodeSelectorTerms`
  const terms = records(selector['nodeSelectorTerms'])
  if (terms.length === 0) return [required(path, 'must have at least one node selector term')]
  return terms.flatMap((term, index) => termErrors(term, `${path}[${index}]`))
}

function weightErrors(one: Json, field: string): FieldError[] {
  const weight = number(one['weight'])
  return weight >= 1 && weight <= 100 ? [] : [invalid(`${field}.weight`, weight, 'must be in the range 1-100')]
}

function termErrors(term: Json, field: string): FieldError[] {
  return [
    ...records(term['matchExpressions']).flatMap((one, index) =>
      nodeRequirementErrors(one, `${field}.matchExpressions[${index}]`),
    ),
    ...records(term['matchFields']).flatMap((one, index) => nodeFieldErrors(one, `${field}.matchFields[${index}]`)),
  ]
}

/** Nodes are found by one field alone: their name. */
function nodeFieldErrors(one: Json, field: string): FieldError[] {
  const [key, operator, values] = [text(one['key']), text(one['operator']), texts(one['values'])]
  const detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
  const lone = values.length === 1 ? [] : [required(`${field}.values`, detail)]
  const known = operator === 'In' || operator === 'NotIn'
  return [
    ...(known ? lone : [invalid(`${field}.operator`, operator, 'not a valid selector operator')]),
    ...(key === 'metadata.name'
      ? values.flatMap((value, index) => invalidEach(`${field}.values[${index}]`, value, dnsSubdomain(value)))
      : [invalid(`${field}.key`, key, 'not a valid field selector key')]),
  ]
}

function nodeRequirementErrors(one: Json, field: string): FieldError[] {
  const count = list(one['values']).length
  const key = text(one['key'])
  const errors: FieldError[] = []
  switch (one['operator']) {
    case 'In':
    case 'NotIn':
      if (count === 0) errors.push(required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'"))
      break
    case 'Exists':
    case 'DoesNotExist': {
      const detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
      if (count > 0) errors.push(forbidden(`${field}.values`, detail))
      break
    }
    case 'Gt':
    case 'Lt':
      if (count !== 1)
        errors.push(required(`${field}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"))
      break
    default:
      errors.push(invalid(`${field}.operator`, text(one['operator']), 'not a valid selector operator'))
  }
  return [...errors, ...invalidEach(`${field}.key`, key, qualifiedName(key))]
}

function podAffinityErrors(value: unknown, field: string): FieldError[] {
  const must = records(at(value, required_)).flatMap((term, index) =>
    podTermErrors(term, `${field}.${required_}[${index}]`),
  )
  const should = records(at(value, preferred)).flatMap((one, index) => {
    const path = `${field}.${preferred}[${index}]`
    return [...weightErrors(one, path), ...podTermErrors(record(one['podAffinityTerm']), `${path}.podAffinityTerm`)]
  })
  return [...must, ...should]
}

function podTermErrors(term: Json, field: string): FieldError[] {
  const key = text(term['topologyKey'])
  return [
    ...validateLabelSelector(term['labelSelector'], `${field}.labelSelector`),
    ...validateLabelSelector(term['namespaceSelector'], `${field}.namespaceSelector`),
    ...texts(term['namespaces']).flatMap((name) => invalidEach(`${field}.namespace`, name, dnsLabel(name))),
    ...(key === '' ? [required(`${field}.topologyKey`, 'can not be empty')] : []),
    ...invalidEach(`${field}.topologyKey`, key, qualifiedName(key)),
  ]
}

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

/** Taints of a node, which are named by their key and effect. Kubernetes looks for them in the metadata. */
export function validateTaints(value: unknown): FieldError[] {
  const taints: Json[] = records(value).map((one) => ({ ...one, name: `${text(one['key'])}:${text(one['effect'])}` }))
  const names = taints.map(({ name }) => name)
  return taints.flatMap(({ name, ...taint }, index) => {
    const field = `metadata.taints[${index}]`
    const [key, given, effect] = [text(taint['key']), text(taint['value']), text(taint['effect'])]
    const wrong = labelValue(given)
    return [
      ...invalidEach(`${field}.key`, key, qualifiedName(key)),
      ...(wrong.length > 0 ? [invalid(`${field}.value`, given, wrong.join(';'))] : []),
      ...(effect === '' ? [required(`${field}.effect`)] : []),
      ...(effect === '' || effects.includes(effect) ? [] : [notSupported(`${field}.effect`, effect, effects)]),
      ...(names.indexOf(name) < index ? [repeatedTaint(taint, field)] : []),
    ]
  })
}

function repeatedTaint(taint: Json, field: string): FieldError {
  const [key, value, effect] = ['key', 'value', 'effect'].map((name) => goQuote(text(taint[name])))
  const printed = `core.Taint{Key:${key}, Value:${value}, Effect:${effect}, TimeAdded:(*v1.Time)(nil)}`
  const error = duplicate(field, new GoText(printed))
  return { ...error, message: `${error.message}: taints must be unique by key and effect pair` }
}

export function validateTolerations(value: unknown, field: string): FieldError[] {
  return records(value).flatMap((toleration, index) => tolerationErrors(toleration, `${field}[${index}]`))
}

function tolerationErrors(toleration: Json, field: string): FieldError[] {
  const [key, operator, value, effect] = ['key', 'operator', 'value', 'effect'].map((name) => text(toleration[name]))
  const errors = key === '' || key === undefined ? [] : invalidEach(`${field}.key`, key, qualifiedName(key))
  if (key === '' && operator !== 'Exists') {
    const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
    errors.push(invalid(`${field}.operator`, operator, detail))
  }
  if (toleration['tolerationSeconds'] !== undefined && effect !== 'NoExecute') {
    errors.push(invalid(`${field}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"))
  }
  errors.push(...operatorErrors(toleration, operator ?? '', value ?? '', field))
  if (effect && !effects.includes(effect)) errors.push(notSupported(`${field}.effect`, effect, effects))
  return errors
}

function operatorErrors(toleration: Json, operator: string, value: string, field: string): FieldError[] {
  if (operator === 'Exists') {
    if (value === '') return []
    const detail = "value must be empty when `operator` is 'Exists'"
    return [invalid(`${field}.operator`, new GoText(goToleration(toleration)), detail)]
  }
  if (operator === '' || operator === 'Equal') {
    const problems = labelValue(value)
    return problems.length > 0 ? [invalid(`${field}.operator`, value, problems.join(';'))] : []
  }
  return [notSupported(`${field}.operator`, operator, ['Equal', 'Exists'])]
}

function goToleration(toleration: Json): string {
  const fields = ['key', 'operator', 'value', 'effect'].map(
    (name) => `${name.charAt(0).toUpperCase()}${name.slice(1)}:${goQuote(text(toleration[name]))}`,
  )
  const seconds = toleration['tolerationSeconds']
  const printed = typeof seconds === 'number' ? `(*int64)(0x0)` : '(*int64)(nil)'
  return `core.Toleration{${fields.join(', ')}, TolerationSeconds:${printed}}`
}

const unsatisfiable = ['DoNotSchedule', 'ScheduleAnyway']

export function validateSpread(value: unknown, field: string): FieldError[] {
  const constraints = records(value)
  const pairs = constraints.map((one) => `{${text(one['topologyKey'])}, ${text(one['whenUnsatisfiable'])}}`)
  return constraints.flatMap((one, index) => {
    const path = `${field}[${index}]`
    const errors: FieldError[] = []
    const [skew, key, action] = [number(one['maxSkew']), text(one['topologyKey']), text(one['whenUnsatisfiable'])]
    const pair = pairs[index] ?? ''
    if (skew <= 0) errors.push(invalid(`${path}.maxSkew`, skew, 'must be greater than zero'))
    if (key === '') errors.push(required(`${path}.topologyKey`, 'can not be empty'))
    if (!unsatisfiable.includes(action)) errors.push(notSupported(`${path}.whenUnsatisfiable`, action, unsatisfiable))
    if (pairs.includes(pair, index + 1)) errors.push(duplicate(`${path}.{topologyKey, whenUnsatisfiable}`, pair))
    return errors
  })
}
