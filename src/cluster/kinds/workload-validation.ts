import type { FieldError } from '../resource.ts'
import { invalid, notNegative, required } from './field-errors.ts'
import { GoText, goIntOrString } from './go-print.ts'
import { runsForeverErrors, templateLabelErrors, validatePodTemplate } from './pod-validation.ts'
import { isRecord, record, same, text, type Json } from './read.ts'
import { goSelector, isEmptySelector, isValidSelector, validateLabelSelector } from './selector-validation.ts'

/** A selector that must be there and select something; `owner` is named in Kubernetes' words. */
export function selectorErrors(selector: unknown, owner: string): FieldError[] {
  if (!isRecord(selector)) return [required('spec.selector')]
  const errors = validateLabelSelector(selector, 'spec.selector')
  if (!isEmptySelector(selector)) return errors
  return [
    ...errors,
    invalid('spec.selector', new GoText(goSelector(selector)), `empty selector is invalid for ${owner}`),
  ]
}

/** The template of a Deployment or ReplicaSet against its selector. */
export function replicatedTemplateErrors(spec: Json): FieldError[] {
  const { selector, template } = spec
  if (isRecord(selector) && !isValidSelector(selector)) {
    return [invalid('spec.selector', new GoText(goSelector(selector)), 'invalid label selector')]
  }
  return [
    ...templateLabelErrors(selector, template, 'spec.template'),
    ...validatePodTemplate(template, 'spec.template'),
    ...runsForeverErrors(template, 'spec.template', 'ReplicaSet'),
  ]
}

/** Selectors of apps/v1 never change. */
export function immutableSelector(object: unknown, old: unknown): FieldError[] {
  const [selector, before] = [record(record(object)['spec'])['selector'], record(record(old)['spec'])['selector']]
  if (same(selector, before)) return []
  return [invalid('spec.selector', new GoText(goSelector(selector)), 'field is immutable')]
}

const percentPattern = /^[0-9]+%$/

/** An int, or a percentage, that is not negative. */
export function intOrPercentErrors(value: unknown, field: string): FieldError[] {
  if (typeof value !== 'string') return notNegative(field, value)
  if (percentPattern.test(value)) return []
  const detail =
    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
  return [invalid(field, new GoText(goIntOrString(value)), detail)]
}

export function over100Errors(value: unknown, field: string): FieldError[] {
  if (!percentPattern.test(text(value)) || Number.parseInt(text(value), 10) <= 100) return []
  return [invalid(field, new GoText(goIntOrString(value)), 'must not be greater than 100%')]
}

/** The number of an int or of a percentage; what is neither counts as 0. */
export function intOrPercentValue(value: unknown): number {
  if (typeof value === 'number') return value
  return percentPattern.test(text(value)) ? Number.parseInt(text(value), 10) : 0
}
