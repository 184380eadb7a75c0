import type { FieldError } from '../resource.ts'
import { printQuantity, type Quantity } from '../schema/quantity.ts'
import { duplicate, forbidden, invalid, invalidEach, required } from './field-errors.ts'
import { GoText, goQuote, goStrings } from './go-print.ts'
import { qualifiedName } from './names.ts'
import { record, records, text, texts, type Json } from './read.ts'
import {
  amountErrors,
  containerResourceErrors,
  countedResources,
  goQuantity,
  mustEqual,
  quantityOf,
  resourceNameErrors,
} from './resource-validation.ts'

/** What is wrong with a ResourceQuota and with a LimitRange (core validation of Kubernetes 1.21). */

const computeResources = ['cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory']
const quotaResources = new Set([
  ...computeResources,
  ...countedResources,
  'ephemeral-storage',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.ephemeral-storage',
])
const isQuotaResource = (name: string): boolean =>
  quotaResources.has(name) || name.startsWith('hugepages-') || name.startsWith('requests.hugepages-')

export function quotaErrors(spec: Json): FieldError[] {
  const hard = record(spec['hard'])
  const amounts = Object.entries(hard).flatMap(([name, amount]) => {
    const field = `spec.hard[${name}]`
    return [...quotaNameErrors(name, field), ...amountErrors(name, amount, field)]
  })
  const names = Object.keys(hard).filter(isQuotaResource).sort()
  return [...amounts, ...scopeErrors(texts(spec['scopes']), names), ...selectorErrors(spec, names)]
}

function quotaNameErrors(name: string, field: string): FieldError[] {
  const errors = resourceNameErrors(name, field)
  if (name.includes('/') || isQuotaResource(name)) return errors
  return [...errors, invalid(field, name, 'must be a standard resource for quota')]
}

/** The resources to which each scope applies. */
const podResources = new Set(['pods', ...computeResources])
const scopes: Readonly<Record<string, ReadonlySet<string>>> = {
  Terminating: podResources,
  NotTerminating: podResources,
  BestEffort: new Set(['pods']),
  NotBestEffort: podResources,
  PriorityClass: podResources,
  // since Kubernetes 1.22 and 1.32
  CrossNamespacePodAffinity: podResources,
  VolumeAttributesClass: new Set(['persistentvolumeclaims', 'requests.storage']),
}

const isUnfit = (scope: string, resource: string): boolean => scopes[scope]?.has(resource) === false

const goScopes = (given: readonly string[]): GoText =>
  new GoText(`[]core.ResourceQuotaScope{${given.map(goQuote).join(', ')}}`)

function scopeErrors(given: readonly string[], resources: readonly string[]): FieldError[] {
  const wrong = (detail: string): FieldError => invalid('spec.scopes', goScopes(given), detail)
  return [
    ...given.flatMap((scope) => [
      ...(Object.hasOwn(scopes, scope) ? [] : [wrong('unsupported scope')]),
      ...resources
        .filter((resource) => isUnfit(scope, resource))
        .map(() => wrong('unsupported scope applied to resource')),
    ]),
    ...conflicts(given).map(() => wrong('conflicting scopes')),
  ]
}

const opposites = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const

function conflicts(given: readonly string[]): unknown[] {
  return opposites.filter((pair) => pair.every((scope) => given.includes(scope)))
}

const field = 'spec.scopeSelector.matchExpressions'

function selectorErrors(spec: Json, resources: readonly string[]): FieldError[] {
  const expressions = records(record(spec['scopeSelector'])['matchExpressions'])
  const printed = new GoText(`&core.ScopeSelector{MatchExpressions:[]core.ScopedResourceSelectorRequirement{…}}`)
  return [
    ...expressions.flatMap((one) => {
      const scope = text(one['scopeName'])
      return [
        ...(Object.hasOwn(scopes, scope) ? [] : [invalid(`${field}.scopeName`, scope, 'unsupported scope')]),
        ...resources
          .filter((resource) => isUnfit(scope, resource))
          .map(() => invalid(field, printed, 'unsupported scope applied to resource')),
        ...operatorErrors(one, scope),
      ]
    }),
    ...conflicts(expressions.map((one) => text(one['scopeName']))).map(() =>
      invalid(field, goScopes(texts(spec['scopes'])), 'conflicting scopes'),
    ),
  ]
}

function operatorErrors(expression: Json, scope: string): FieldError[] {
  const [operator, values] = [text(expression['operator']), texts(expression['values'])]
  const valued = scope === 'PriorityClass' || scope === 'VolumeAttributesClass' || !Object.hasOwn(scopes, scope)
  const errors =
    valued || operator === 'Exists'
      ? []
      : [
          invalid(
            `${field}.operator`,
            operator,
            "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
          ),
        ]
  switch (operator) {
    case 'In':
    case 'NotIn': {
      const detail = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
      return values.length > 0 ? errors : [...errors, required(`${field}.values`, detail)]
    }
    case 'Exists':
    case 'DoesNotExist': {
      const detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
      return values.length === 0
        ? errors
        : [...errors, invalid(`${field}.values`, new GoText(goStrings(values)), detail)]
    }
    default:
      return [...errors, invalid(`${field}.operator`, operator, 'not a valid selector operator')]
  }
}

/** The scopes of a quota never change. */
export function quotaChanges(spec: Json, old: Json): FieldError[] {
  const [now, before] = [texts(spec['scopes']), texts(old['scopes'])]
  const changed = now.some((scope) => !before.includes(scope)) || before.some((scope) => !now.includes(scope))
  return changed ? [invalid('spec.scopes', goScopes(now), 'field is immutable')] : []
}

export function limitRangeErrors(spec: Json): FieldError[] {
  const seen = new Set<string>()
  return records(spec['limits']).flatMap((limit, index) => {
    const path = `spec.limits[${index}]`
    const type = text(limit['type'])
    const errors = limitTypeErrors(type, `${path}.type`)
    if (seen.has(type)) errors.push(duplicate(`${path}.type`, type))
    seen.add(type)
    return [...errors, ...limitErrors(limit, type, path)]
  })
}

const limitTypes = ['Pod', 'Container', 'PersistentVolumeClaim']

function limitTypeErrors(type: string, path: string): FieldError[] {
  const errors = invalidEach(path, type, qualifiedName(type))
  if (errors.length > 0 || type.includes('/') || limitTypes.includes(type)) return errors
  return [invalid(path, type, 'must be a standard limit type or fully qualified')]
}

function limitErrors(limit: Json, type: string, path: string): FieldError[] {
  const nameErrors = type === 'Pod' || type === 'Container' ? containerResourceErrors : resourceNameErrors
  const namesIn = (part: string): string[] => Object.keys(record(limit[part]))
  const named = (part: string): FieldError[] =>
    namesIn(part).flatMap((name) => nameErrors(name, `${path}.${part}[${name}]`))
  const unusable = type === 'Pod' ? ['default', 'defaultRequest'] : []
  const bounds = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio']
  const usable = bounds.filter((part) => !unusable.includes(part))
  const unbounded =
    type === 'PersistentVolumeClaim' && !namesIn('min').includes('storage') && !namesIn('max').includes('storage')
  return [
    ...['max', 'min'].flatMap(named),
    ...unusable
      .filter((part) => namesIn(part).length > 0)
      .map((part) => forbidden(`${path}.${part}`, "may not be specified when `type` is 'Pod'")),
    ...usable.filter((part) => part.startsWith('default')).flatMap(named),
    ...(unbounded
      ? [required(`${path}.limits`, 'either minimum or maximum storage value is required, but neither was provided')]
      : []),
    ...named('maxLimitRequestRatio'),
    ...[...new Set(usable.flatMap(namesIn))].flatMap((name) => boundErrors(limit, usable, name, path)),
  ]
}

/** Pairs of which the first may not exceed the second, the one that is told, and how both are called. */
const ordered = [
  { low: 'min', high: 'max', at: 'min', told: 'min', names: ['min value', 'max value'] },
  {
    low: 'min',
    high: 'defaultRequest',
    at: 'defaultRequest',
    told: 'defaultRequest',
    names: ['min value', 'default request value'],
  },
  {
    low: 'defaultRequest',
    high: 'max',
    at: 'defaultRequest',
    told: 'defaultRequest',
    names: ['default request value', 'max value'],
  },
  {
    low: 'defaultRequest',
    high: 'default',
    at: 'defaultRequest',
    told: 'defaultRequest',
    names: ['default request value', 'default limit value'],
  },
  { low: 'min', high: 'default', at: 'default', told: 'min', names: ['min value', 'default value'] },
  { low: 'default', high: 'max', at: 'default', told: 'max', names: ['default value', 'max value'] },
] as const

const nanosPerUnit = 10n ** 9n

function boundErrors(limit: Json, usable: readonly string[], name: string, path: string): FieldError[] {
  const amount = (part: string): Quantity | undefined =>
    usable.includes(part) ? quantityOf(record(limit[part])[name]) : undefined
  const errors = ordered.flatMap(({ low, high, at, told, names }) => {
    const [lower, higher] = [amount(low), amount(high)]
    if (!lower || !higher || lower.nanos <= higher.nanos) return []
    const detail = `${names[0]} ${printQuantity(lower)} is greater than ${names[1]} ${printQuantity(higher)}`
    return [invalid(`${path}.${at}[${name}]`, goQuantity(told === low ? lower : higher), detail)]
  })
  errors.push(...ratioErrors(amount('maxLimitRequestRatio'), amount('min'), amount('max'), name, path))
  const [given, requested] = [amount('default'), amount('defaultRequest')]
  if (mustEqual(name) && given && requested && given.nanos !== requested.nanos) {
    const detail = `default value ${printQuantity(given)} must equal to defaultRequest value ${printQuantity(requested)} in ${name}`
    errors.push(invalid(`${path}.defaultRequest[${name}]`, goQuantity(requested), detail))
  }
  return errors
}

function ratioErrors(
  ratio: Quantity | undefined,
  min: Quantity | undefined,
  max: Quantity | undefined,
  name: string,
  path: string,
): FieldError[] {
  if (!ratio) return []
  const wrong = (detail: string): FieldError =>
    invalid(`${path}.maxLimitRequestRatio[${name}]`, goQuantity(ratio), `ratio ${printQuantity(ratio)} is ${detail}`)
  const errors = ratio.nanos < nanosPerUnit ? [wrong('less than 1')] : []
  const possible = min && max ? Number(max.nanos) / Number(min.nanos) : Infinity
  if (Number(ratio.nanos) / Number(nanosPerUnit) > possible)
    errors.push(wrong(`greater than max/min = ${possible.toFixed(6)}`))
  return errors
}
