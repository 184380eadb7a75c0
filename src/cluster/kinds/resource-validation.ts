import type { FieldError } from '../resource.ts'
import { parseQuantity, type Quantity } from '../schema/quantity.ts'
import { invalid, invalidEach } from './field-errors.ts'
import { GoText } from './go-print.ts'
import { qualifiedName } from './names.ts'
import { record } from './read.ts'

const containerResources = new Set(['cpu', 'memory', 'ephemeral-storage'])
const standardResources = new Set([
  ...containerResources,
  'storage',
  'requests.cpu',
  'requests.memory',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'pods',
  'services',
  'secrets',
  'configmaps',
  'resourcequotas',
  'replicationcontrollers',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
])

/** What is wrong with a container's requests and limits. */
export function validateResources(value: unknown, field: string): FieldError[] {
  const { limits, requests } = record(value)
  const limited = record(limits)
  const errors = Object.entries(limited).flatMap(([name, amount]) =>
    resourceErrors(name, amount, `${field}.limits[${name}]`),
  )
  for (const [name, amount] of Object.entries(record(requests))) {
    errors.push(...resourceErrors(name, amount, `${field}.requests[${name}]`))
    errors.push(...limitErrors(name, amount, limited[name], `${field}.requests`))
  }
  return errors
}

function limitErrors(name: string, request: unknown, limit: unknown, field: string): FieldError[] {
  const [wanted, allowed] = [quantityOf(request), quantityOf(limit)]
  if (!wanted || !allowed) return []
  if (isExtended(name)) {
    return wanted.nanos === allowed.nanos ? [] : [invalid(field, String(request), `must be equal to ${name} limit`)]
  }
  return wanted.nanos > allowed.nanos
    ? [invalid(field, String(request), `must be less than or equal to ${name} limit`)]
    : []
}

function resourceErrors(name: string, amount: unknown, field: string): FieldError[] {
  const errors = invalidEach(field, name, qualifiedName(name))
  const huge = name.startsWith('hugepages-')
  if (!name.includes('/') && errors.length === 0 && !huge) {
    if (!standardResources.has(name)) {
      errors.push(invalid(field, name, 'must be a standard resource type or fully qualified'))
    }
    if (!containerResources.has(name)) errors.push(invalid(field, name, 'must be a standard resource for containers'))
  }
  return [...errors, ...amountErrors(name, amount, field)]
}

const nanosPerUnit = 10n ** 9n

function amountErrors(name: string, amount: unknown, field: string): FieldError[] {
  const quantity = quantityOf(amount)
  if (!quantity) return []
  const errors = quantity.nanos < 0n ? [invalid(field, String(amount), 'must be greater than or equal to 0')] : []
  if (isExtended(name) && quantity.nanos % nanosPerUnit !== 0n) {
    errors.push(invalid(field, new GoText(goQuantity(quantity)), 'must be an integer'))
  }
  return errors
}

function isExtended(name: string): boolean {
  return name.includes('/') && !name.split('/')[0]?.endsWith('kubernetes.io')
}

function quantityOf(value: unknown): Quantity | undefined {
  return typeof value === 'string' || typeof value === 'number' ? parseQuantity(value) : undefined
}

function goQuantity({ nanos, format }: Quantity): string {
  let [value, scale] = [nanos, -9]
  while (value % 10n === 0n && scale < 0) {
    value /= 10n
    scale += 1
  }
  return `resource.Quantity{i:resource.int64Amount{value:${value}, scale:${scale}}, d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:"", Format:"${format}"}`
}
