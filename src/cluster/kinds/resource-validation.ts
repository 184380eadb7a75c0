import type { FieldError } from '../resource.ts'
import { parseQuantity, printQuantity, type Quantity } from '../schema/quantity.ts'
import { forbidden, invalid, invalidEach, required } from './field-errors.ts'
import { GoText } from './go-print.ts'
import { qualifiedName } from './names.ts'
import { record } from './read.ts'

/** What is countable, and so comes in whole numbers. */
export const countedResources: readonly string[] = [
  'pods',
  'services',
  'secrets',
  'configmaps',
  'resourcequotas',
  'replicationcontrollers',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]
const integerResources = new Set(countedResources)
const containerResources = new Set(['cpu', 'memory', 'ephemeral-storage'])
const standardResources = new Set([
  ...containerResources,
  ...countedResources,
  'storage',
  'requests.cpu',
  'requests.memory',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
])

const hugePages = 'hugepages-'
const isHuge = (name: string): boolean => name.startsWith(hugePages)
const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/')
const isExtended = (name: string): boolean => !isNative(name) && !name.startsWith('requests.')
const isOvercommitted = (name: string): boolean => isNative(name) && !isHuge(name)

/** What is wrong with a container's requests and limits. */
export function validateResources(value: unknown, field: string): FieldError[] {
  const { limits, requests } = record(value)
  const [limited, requested] = [record(limits), record(requests)]
  const errors = Object.entries(limited).flatMap(([name, amount]) => [
    ...containerResourceErrors(name, `${field}.limits[${name}]`),
    ...amountErrors(name, amount, `${field}.limits[${name}]`),
    ...pageErrors(name, amount, `${field}.limits[${name}]`),
  ])
  for (const [name, amount] of Object.entries(requested)) {
    const path = `${field}.requests[${name}]`
    errors.push(...containerResourceErrors(name, path), ...amountErrors(name, amount, path))
    errors.push(...limitErrors(name, amount, limited[name], field), ...pageErrors(name, amount, path))
  }
  const names = [...Object.keys(limited), ...Object.keys(requested)]
  const unaccompanied = names.some(isHuge) && !names.includes('cpu') && !names.includes('memory')
  return unaccompanied ? [...errors, forbidden(field, 'HugePages require cpu or memory')] : errors
}

function limitErrors(name: string, request: unknown, limit: unknown, field: string): FieldError[] {
  const [wanted, allowed] = [quantityOf(request), quantityOf(limit)]
  if (limit === undefined && !isOvercommitted(name))
    return [required(`${field}.limits`, 'Limit must be set for non overcommitable resources')]
  if (!wanted || !allowed || wanted.nanos === allowed.nanos) return []
  const wrong = (detail: string) => [invalid(`${field}.requests`, printQuantity(wanted), `${detail} ${name} limit`)]
  if (!isOvercommitted(name)) return wrong('must be equal to')
  return wanted.nanos > allowed.nanos ? wrong('must be less than or equal to') : []
}

/** Huge pages come in whole pages, whose size is in their name. */
function pageErrors(name: string, amount: unknown, field: string): FieldError[] {
  const [page, quantity] = [parseQuantity(name.slice(hugePages.length)), quantityOf(amount)]
  if (!isHuge(name) || !quantity || (page && page.nanos > 0n && quantity.nanos % page.nanos === 0n)) return []
  const printed = printQuantity(quantity)
  return [invalid(field, printed, `${printed} is not positive integer multiple of ${name}`)]
}

/** What is wrong with the name of a resource that a container asks for. */
export function containerResourceErrors(name: string, field: string): FieldError[] {
  const errors = resourceNameErrors(name, field)
  if (name.includes('/'))
    return isNative(name) || (isExtended(name) && qualifiedName(`requests.${name}`).length === 0)
      ? errors
      : [...errors, invalid(field, name, "doesn't follow extended resource name standard")]
  if (containerResources.has(name) || isHuge(name)) return errors
  return [...errors, invalid(field, name, 'must be a standard resource for containers')]
}

export function resourceNameErrors(name: string, field: string): FieldError[] {
  const errors = invalidEach(field, name, qualifiedName(name))
  const known =
    name.includes('/') || standardResources.has(name) || isHuge(name) || name.startsWith('requests.hugepages-')
  return errors.length > 0 || known
    ? errors
    : [invalid(field, name, 'must be a standard resource type or fully qualified')]
}

const nanosPerUnit = 10n ** 9n

/** An amount is not negative, and whole where things are counted. */
export function amountErrors(name: string, amount: unknown, field: string): FieldError[] {
  const quantity = quantityOf(amount)
  if (!quantity) return []
  const errors =
    quantity.nanos < 0n ? [invalid(field, printQuantity(quantity), 'must be greater than or equal to 0')] : []
  if ((integerResources.has(name) || isExtended(name)) && quantity.nanos % nanosPerUnit !== 0n) {
    errors.push(invalid(field, goQuantity(quantity), 'must be an integer'))
  }
  return errors
}

/** Two amounts of which one is no other. */
export function mustEqual(name: string): boolean {
  return !isOvercommitted(name)
}

export function positiveAmountErrors(amount: unknown, field: string): FieldError[] {
  const quantity = quantityOf(amount)
  if (!quantity || quantity.nanos > 0n) return []
  return [invalid(field, printQuantity(quantity), 'must be greater than zero')]
}

export function quantityOf(value: unknown): Quantity | undefined {
  return typeof value === 'string' || typeof value === 'number' ? parseQuantity(value) : undefined
}

/** As Go's %#v prints a resource.Quantity. */
export function goQuantity({ nanos, format }: Quantity): GoText {
  let [value, scale] = [nanos, -9]
  while (value % 10n === 0n && scale < 0) {
    value /= 10n
    scale += 1
  }
  const amount = `resource.int64Amount{value:${value}, scale:${scale}}`
  return new GoText(
    `resource.Quantity{i:${amount}, d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:"", Format:"${format}"}`,
  )
}
