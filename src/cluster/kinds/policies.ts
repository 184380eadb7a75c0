import type { FieldError, KubeObject } from '../resource.ts'
import { ageColumn, column, count, nameColumn, plain } from './columns.ts'
import { invalid } from './field-errors.ts'
import { kind } from './kind.ts'
import { GoText } from './go-print.ts'
import { limitRangeErrors, quotaChanges, quotaErrors } from './quota-validation.ts'
import { at, ensure, fill, isRecord, list, record, textMap, type Json } from './read.ts'
import { validateLabelSelector } from './selector-validation.ts'
import { intOrPercentErrors, over100Errors } from './workload-validation.ts'

/** What limits or allows: quotas, limits, budgets; and leases. */

export const resourceQuota = kind({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  shortNames: ['quota'],
  subresources: ['status'],
  validate: (object) => quotaErrors(record(object.spec)),
  validateUpdate: (object, old) => quotaChanges(record(object.spec), record(old.spec)),
  columns: [
    nameColumn,
    ageColumn,
    column('ResourceQuota', 'Request', (object) => quotaText(object, (name) => !name.startsWith('limits.'))),
    column('ResourceQuota', 'Limit', (object) => quotaText(object, (name) => name.startsWith('limits.'))),
  ],
})

function quotaText(object: KubeObject, wanted: (name: string) => boolean): string {
  const [hard, used] = [textMap(at(object, 'status', 'hard')), textMap(at(object, 'status', 'used'))]
  return Object.keys(hard)
    .filter(wanted)
    .sort()
    .map((name) => `${name}: ${used[name] ?? '0'}/${hard[name]}`)
    .join(', ')
}

export const limitRange = kind({
  apiVersion: 'v1',
  kind: 'LimitRange',
  plural: 'limitranges',
  shortNames: ['limits'],
  setDefaults(object) {
    for (const limit of list(at(object, 'spec', 'limits')).filter(isRecord)) {
      if (limit['type'] === 'Container') defaultAmounts(limit)
    }
  },
  validate: (object) => limitRangeErrors(record(object.spec)),
})

/** A default limit is the maximum where none is given; a default request the default limit, else the minimum. */
function defaultAmounts(limit: Json): void {
  const { max, min } = limit
  if (isRecord(max)) fill(ensure(limit, 'default'), max)
  if (isRecord(limit['default'])) fill(ensure(limit, 'defaultRequest'), limit['default'])
  if (isRecord(min)) fill(ensure(limit, 'defaultRequest'), min)
}

export const podDisruptionBudget = kind({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  storedVersion: 'v1beta1',
  shortNames: ['pdb'],
  subresources: ['status'],
  generation: true,
  versionRequired: true,
  validate: (object) => budgetErrors(record(object.spec)),
  columns: [
    nameColumn,
    column('PodDisruptionBudget', 'Min Available', orNotSet('minAvailable')),
    column('PodDisruptionBudget', 'Max Unavailable', orNotSet('maxUnavailable')),
    column('PodDisruptionBudget', 'Allowed Disruptions', count('status', 'disruptionsAllowed'), { type: 'integer' }),
    ageColumn,
  ],
})

function budgetErrors(spec: Json): FieldError[] {
  const bounds = ['minAvailable', 'maxUnavailable']
  const printed = new GoText('policy.PodDisruptionBudgetSpec{…}')
  const both = bounds.every((name) => (spec[name] ?? undefined) !== undefined)
  return [
    ...(both ? [invalid('spec', printed, 'minAvailable and maxUnavailable cannot be both set')] : []),
    ...bounds.flatMap((name) => [
      ...intOrPercentErrors(spec[name], `spec.${name}`),
      ...over100Errors(spec[name], `spec.${name}`),
    ]),
    ...validateLabelSelector(spec['selector'], 'spec.selector'),
  ]
}

function orNotSet(field: string): (object: KubeObject) => string {
  return (object) => {
    const value = at(object, 'spec', field)
    return typeof value === 'number' || typeof value === 'string' ? String(value) : 'N/A'
  }
}

export const lease = kind({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  plural: 'leases',
  createOnUpdate: true,
  setDefaults: (object) => void ensure(object, 'spec'),
  validate: (object) => leaseErrors(record(object.spec)),
  columns: [nameColumn, column('Lease', 'Holder', plain('spec', 'holderIdentity')), ageColumn],
})

function leaseErrors({ leaseDurationSeconds: duration, leaseTransitions: transitions }: Json): FieldError[] {
  return [
    ...(typeof duration === 'number' && duration <= 0
      ? [invalid('spec.leaseDurationSeconds', duration, 'must be greater than 0')]
      : []),
    ...(typeof transitions === 'number' && transitions < 0
      ? [invalid('spec.leaseTransitions', transitions, 'must to greater or equal than 0')]
      : []),
  ]
}
