import type { Api } from '../verbs/api.ts'
import * as refusals from '../refusals.ts'
import type { FieldError, KubeObject } from '../resource.ts'
import { ageColumn, column, nameColumn } from './columns.ts'
import { forbidden, invalid, notSupported } from './field-errors.ts'
import { kind } from './kind.ts'
import { fill, number, text, type Json } from './read.ts'

/** Which pods come first: PriorityClasses, and what admission makes of them. */

const systemPriorities: ReadonlyMap<string, number> = new Map([
  ['system-node-critical', 2000001000],
  ['system-cluster-critical', 2000000000],
])
const highestPriority = 1000000000
const policies = ['PreemptLowerPriority', 'Never']

export const priorityClass = kind({
  apiVersion: 'scheduling.k8s.io/v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  namespaced: false,
  shortNames: ['pc'],
  generation: true,
  setDefaults: (object) => fill(object, { preemptionPolicy: 'PreemptLowerPriority' }),
  admitCreate: admitOneDefault,
  validate: (object) => [...valueErrors(object), ...policyErrors(text(object['preemptionPolicy']))],
  validateUpdate: classChanges,
  columns: [
    nameColumn,
    column('PriorityClass', 'Value', (object) => number(object['value'])),
    column('PriorityClass', 'Global-Default', (object) => object['globalDefault'] === true),
    ageColumn,
  ],
})

function classes(api: Api): KubeObject[] {
  return api.list(api.type('scheduling.k8s.io/v1', 'PriorityClass'))
}

function admitOneDefault(object: KubeObject, api: Api): void {
  if (object['globalDefault'] !== true) return
  const other = classes(api).find((one) => one['globalDefault'] === true)?.metadata.name
  if (other === undefined) return
  const why = `PriorityClass ${other} is already marked as default. Only one default can exist`
  throw refusals.forbidden(priorityClass, object.metadata.name ?? '', why)
}

function valueErrors(object: KubeObject): FieldError[] {
  const { name = '' } = object.metadata
  const value = number(object['value'])
  if (!name.startsWith('system-')) {
    const detail = `maximum allowed value of a user defined priority is ${highestPriority}`
    return value > highestPriority ? [forbidden('value', detail)] : []
  }
  const why = systemProblem(name, value, object['globalDefault'] === true)
  const detail = "priority class names with 'system-' prefix are reserved for system use only. error: "
  return why === undefined ? [] : [forbidden('metadata.name', detail + why)]
}

function systemProblem(name: string, value: number, isDefault: boolean): string | undefined {
  const own = systemPriorities.get(name)
  if (own === undefined) return `${name} is not a known system priority class`
  if (value !== own) return `value of ${name} PriorityClass must be ${own}`
  return isDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined
}

function policyErrors(policy: string): FieldError[] {
  return policies.includes(policy) ? [] : [notSupported('preemptionPolicy', policy, policies)]
}

function classChanges(object: KubeObject, old: KubeObject): FieldError[] {
  const { preemptionPolicy: policy } = object
  return [
    ...(number(object['value']) === number(old['value'])
      ? []
      : [forbidden('Value', 'may not be changed in an update.')]),
    ...(policy === old['preemptionPolicy'] ? [] : [invalid('preemptionPolicy', policy, 'field is immutable')]),
  ]
}

interface Priority {
  className: string
  value: number
  policy: string
}

/** A pod has the priority of its class, and of the default class where it names none. Raises 403. */
export function admitPriority({ metadata }: KubeObject, spec: Json, api: Api): void {
  const asked = text(spec['priorityClassName'])
  const found = asked === '' ? defaultPriority(api) : priorityOf(asked, api)
  const refuse = (why: string) =>
    refusals.forbidden({ group: '', plural: 'pods' }, metadata.name ?? metadata.generateName ?? '', why)
  if (!found) throw refuse(`no PriorityClass with name ${asked} was found`)
  const { priority, preemptionPolicy: policy } = spec
  const computed = 'must not be provided in pod spec; priority admission controller computed'
  if (typeof priority === 'number' && priority !== found.value) {
    const told = `the integer value of priority (${priority}) ${computed} ${found.value}`
    throw refuse(`${told} from the given PriorityClass name`)
  }
  if (typeof policy === 'string' && policy !== found.policy) {
    const told = `the string value of PreemptionPolicy (${policy}) ${computed} ${found.policy}`
    throw refuse(`${told} from the given PriorityClass name`)
  }
  if (found.className !== '') spec['priorityClassName'] = found.className
  Object.assign(spec, { priority: found.value, preemptionPolicy: found.policy })
}

const ordinary: Priority = { className: '', value: 0, policy: 'PreemptLowerPriority' }

/** The least of the default classes, should there be several. */
function defaultPriority(api: Api): Priority {
  const [least] = classes(api)
    .filter((one) => one['globalDefault'] === true)
    .sort((a, b) => number(a['value']) - number(b['value']))
  return least ? read(least) : ordinary
}

function priorityOf(name: string, api: Api): Priority | undefined {
  const system = systemPriorities.get(name)
  if (system !== undefined) return { ...ordinary, className: name, value: system }
  const found = api.find(api.type('scheduling.k8s.io/v1', 'PriorityClass'), undefined, name)
  return found && read(found)
}

function read(object: KubeObject): Priority {
  return {
    className: object.metadata.name ?? '',
    value: number(object['value']),
    policy: text(object['preemptionPolicy']) || ordinary.policy,
  }
}
