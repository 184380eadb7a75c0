import type { FieldError } from '../resource.ts'
import { forbidden, invalid, invalidEach, required } from './field-errors.ts'
import { goQuote, goStringMap, goStrings } from './go-print.ts'
import { validateLabels } from './metadata.ts'
import { qualifiedName } from './names.ts'
import { isRecord, list, record, records, text, textMap, texts, type Json } from './read.ts'

/** What is wrong with a metav1.LabelSelector. */
export function validateLabelSelector(value: unknown, field: string): FieldError[] {
  const { matchLabels, matchExpressions } = record(value)
  return [
    ...validateLabels(matchLabels, `${field}.matchLabels`),
    ...records(matchExpressions).flatMap((one, index) => expressionErrors(one, `${field}.matchExpressions[${index}]`)),
  ]
}

function expressionErrors(expression: Json, field: string): FieldError[] {
  const key = text(expression['key'])
  const count = list(expression['values']).length
  const errors: FieldError[] = []
  switch (expression['operator']) {
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
    default:
      errors.push(invalid(`${field}.operator`, text(expression['operator']), 'not a valid selector operator'))
  }
  return [...errors, ...invalidEach(`${field}.key`, key, qualifiedName(key))]
}

export function isEmptySelector(value: unknown): boolean {
  const { matchLabels, matchExpressions } = record(value)
  return Object.keys(record(matchLabels)).length === 0 && list(matchExpressions).length === 0
}

/** Whether the requirements can be understood at all; one that cannot matches nothing. */
export function isValidSelector(value: unknown): boolean {
  return validateLabelSelector(value, '').length === 0
}

export function selects(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  const { matchLabels, matchExpressions } = record(selector)
  const equal = Object.entries(textMap(matchLabels)).every(([key, value]) => labels[key] === value)
  return equal && records(matchExpressions).every((one) => meets(one, labels))
}

function meets(expression: Json, labels: Readonly<Record<string, string>>): boolean {
  const label = labels[text(expression['key'])]
  const values = texts(expression['values'])
  switch (expression['operator']) {
    case 'In':
      return label !== undefined && values.includes(label)
    case 'NotIn':
      return label === undefined || !values.includes(label)
    case 'Exists':
      return label !== undefined
    default:
      return label === undefined
  }
}

/** As Go's %#v prints a LabelSelector. */
export function goSelector(value: unknown): string {
  if (!isRecord(value)) return '"null"'
  const { matchLabels, matchExpressions } = value
  const expressions = Array.isArray(matchExpressions)
    ? `[]v1.LabelSelectorRequirement{${records(matchExpressions).map(goRequirement).join(', ')}}`
    : '[]v1.LabelSelectorRequirement(nil)'
  const labels = goStringMap(isRecord(matchLabels) ? textMap(matchLabels) : undefined)
  return `v1.LabelSelector{MatchLabels:${labels}, MatchExpressions:${expressions}}`
}

function goRequirement({ key, operator, values }: Json): string {
  const printed = goStrings(Array.isArray(values) ? texts(values) : undefined)
  return `v1.LabelSelectorRequirement{Key:${goQuote(text(key))}, Operator:${goQuote(text(operator))}, Values:${printed}}`
}
