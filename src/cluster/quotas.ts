import type { Api } from './verbs/api.ts'
import { at, isRecord, list, records, text, textMap, type Json } from './kinds/read.ts'
import { generateName } from './metadata.ts'
import * as refusals from './refusals.ts'
import type { KubeObject, ResourceType } from './resource.ts'
import { parseQuantity, printQuantity } from './schema/quantity.ts'

/** What ResourceQuotas count and allow. Scopes are ignored: a quota counts everything. */

/** Amounts in units of 10^-9, by the quota's names. */
type Use = ReadonlyMap<string, bigint>

const unit = 10n ** 9n

/** Core kinds that quotas name without `count/`. */
const countedPlainly = new Set([
  'configmaps',
  'persistentvolumeclaims',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'services',
])

/** What an object uses of a quota. */
export function useOf(type: Pick<ResourceType, 'group' | 'plural'>, object: KubeObject): Use {
  const use = new Map([[`count/${refusals.resourceName(type)}`, unit]])
  if (type.group !== '') return use
  if (countedPlainly.has(type.plural)) use.set(type.plural, unit)
  if (type.plural === 'pods') addPod(use, object)
  if (type.plural === 'services') addService(use, object)
  if (type.plural === 'persistentvolumeclaims')
    use.set('requests.storage', amount(at(object, 'spec', 'resources', 'requests', 'storage')))
  return use
}

function addPod(use: Map<string, bigint>, object: KubeObject): void {
  const phase = at(object, 'status', 'phase')
  if (phase === 'Succeeded' || phase === 'Failed') return
  use.set('pods', unit)
  const inits = records(at(object, 'spec', 'initContainers'))
  const sidecars = inits.filter((one) => one['restartPolicy'] === 'Always')
  const containers = [...sidecars, ...records(at(object, 'spec', 'containers'))]
  for (const kind of ['requests', 'limits']) {
    for (const resource of ['cpu', 'memory', 'ephemeral-storage']) {
      const of = (container: Json) => amount(at(container, 'resources', kind, resource))
      const together = containers.reduce((sum, container) => sum + of(container), 0n)
      const most = inits.map(of).reduce((one, other) => (one > other ? one : other), together)
      use.set(`${kind}.${resource}`, most)
      if (kind === 'requests') use.set(resource, most)
    }
  }
}

function addService(use: Map<string, bigint>, object: KubeObject): void {
  const kind = at(object, 'spec', 'type')
  if (kind === 'LoadBalancer') use.set('services.loadbalancers', unit)
  if (kind === 'LoadBalancer' || kind === 'NodePort')
    use.set('services.nodeports', BigInt(list(at(object, 'spec', 'ports')).length) * unit)
}

function amount(value: unknown): bigint {
  return parseQuantity(typeof value === 'number' ? value : text(value) || '0')?.nanos ?? 0n
}

/** The total usage of these amounts in a namespace. */
export function usedIn(api: Api, namespace: string | undefined, hard: Readonly<Record<string, string>>): Use {
  const used = new Map(Object.keys(hard).map((name) => [name, 0n]))
  for (const type of api.types()) {
    if (type.namespaced && namesOf(type).some((name) => used.has(name))) addUses(used, type, api.list(type, namespace))
  }
  return used
}

function addUses(used: Map<string, bigint>, type: ResourceType, objects: readonly KubeObject[]): void {
  for (const object of objects) {
    for (const [name, part] of useOf(type, object)) {
      const before = used.get(name)
      if (before !== undefined) used.set(name, before + part)
    }
  }
}

const namesByPlural: Readonly<Record<string, readonly string[]>> = {
  pods: [
    'pods',
    ...['', 'requests.', 'limits.'].flatMap((kind) => ['cpu', 'memory', 'ephemeral-storage'].map((one) => kind + one)),
  ],
  services: ['services', 'services.loadbalancers', 'services.nodeports'],
  persistentvolumeclaims: ['persistentvolumeclaims', 'requests.storage'],
}

/** Every name under which a quota may limit the type. */
function namesOf(type: ResourceType): string[] {
  const own = type.group === '' ? (namesByPlural[type.plural] ?? [type.plural]) : []
  return [`count/${refusals.resourceName(type)}`, ...own]
}

/** In the notation of the limit. */
export function printAmount(nanos: bigint, hard: string): string {
  return printQuantity({ nanos, format: parseQuantity(hard)?.format ?? 'DecimalSI' })
}

/** Refuses an object that exceeds a quota, naming the generated name. Raises 403. */
export function admitByQuotas(type: ResourceType, object: KubeObject, api: Api): void {
  const { metadata } = object
  if (!type.namespaced) return
  for (const quota of api.list(api.type('v1', 'ResourceQuota'), metadata.namespace)) {
    const problem = quotaProblem(type, object, textMap(at(quota, 'spec', 'hard')), api)
    if (problem === undefined) continue
    if (!metadata.name && metadata.generateName) metadata.name = generateName(metadata.generateName)
    const { kind, told } = problem
    throw refusals.forbidden(type, metadata.name ?? '', `${kind} quota: ${quota.metadata.name}${told}`)
  }
}

function quotaProblem(
  type: ResourceType,
  object: KubeObject,
  hard: Readonly<Record<string, string>>,
  api: Api,
): { kind: 'exceeded' | 'failed'; told: string } | undefined {
  const names = namesOf(type).filter((name) => name in hard)
  if (names.length === 0) return undefined
  const unsaid = type.plural === 'pods' && type.group === '' ? names.filter((name) => !saysAmount(object, name)) : []
  if (unsaid.length > 0) return { kind: 'failed', told: `: must specify ${unsaid.toSorted().join(',')}` }
  const asked = useOf(type, object)
  const used = new Map(names.map((name) => [name, 0n]))
  addUses(used, type, api.listNewest(type, object.metadata.namespace))
  const over = names.filter((name) => {
    const more = asked.get(name) ?? 0n
    return more > 0n && (used.get(name) ?? 0n) + more > amount(hard[name])
  })
  if (over.length === 0) return undefined
  const say = (word: string, of: (name: string) => string) =>
    `${word}: ${over
      .toSorted()
      .map((name) => `${name}=${of(name)}`)
      .join(',')}`
  const print = (amounts: Use) => (name: string) => printAmount(amounts.get(name) ?? 0n, hard[name] ?? '')
  const parts = [say('requested', print(asked)), say('used', print(used)), say('limited', (name) => hard[name] ?? '')]
  return { kind: 'exceeded', told: `, ${parts.join(', ')}` }
}

/** If a quota limits CPU or memory, each container must declare it. */
function saysAmount(pod: KubeObject, name: string): boolean {
  const [, kind = 'requests', resource = ''] = /^(?:(requests|limits)\.)?(cpu|memory)$/.exec(name) ?? []
  if (resource === '') return true
  const containers = [...list(at(pod, 'spec', 'initContainers')), ...list(at(pod, 'spec', 'containers'))].filter(
    isRecord,
  )
  return containers.every((container) => at(container, 'resources', kind, resource) !== undefined)
}
