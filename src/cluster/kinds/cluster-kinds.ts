import * as refusals from '../refusals.ts'
import type { FieldError, KubeObject } from '../resource.ts'
import { ageColumn, column, nameColumn, orNone } from './columns.ts'
import { invalid, invalidEach } from './field-errors.ts'
import { GoText, goStrings } from './go-print.ts'
import { parseNetwork } from './ip-addresses.ts'
import { kind } from './kind.ts'
import { qualifiedName } from './names.ts'
import { validateTaints } from './scheduling-validation.ts'
import { at, ensure, fill, list, record, records, text, textMap, texts } from './read.ts'

/** What a cluster consists of: Namespace, Node, CustomResourceDefinition. */

const namespaceLabel = 'kubernetes.io/metadata.name'
const undeletable = new Set(['default', 'kube-system', 'kube-public'])

export const namespace = kind({
  apiVersion: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
  shortNames: ['ns'],
  subresources: ['finalize', 'status'],
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  nameRule: 'dns-label',
  setDefaults: labelWithName,
  prepareForCreate(object) {
    labelWithName(object)
    object.status = { phase: 'Active' }
    const spec = ensure(object, 'spec')
    const finalizers = texts(spec['finalizers'])
    if (!finalizers.includes('kubernetes')) spec['finalizers'] = [...finalizers, 'kubernetes']
  },
  prepareForUpdate(object, old) {
    // only /finalize lets go of them
    ensure(object, 'spec')['finalizers'] = structuredClone(record(old.spec)['finalizers'])
    object.status = structuredClone(old.status ?? {})
  },
  validate: (object) => texts(record(object.spec)['finalizers']).flatMap(finalizerErrors),
  admitDelete(object) {
    const { name = '' } = object.metadata
    if (undeletable.has(name)) {
      throw refusals.forbidden({ group: '', plural: 'namespaces' }, name, 'this namespace may not be deleted')
    }
  },
  prepareForDelete(object) {
    delete object.metadata.deletionGracePeriodSeconds
    object.status = { ...object.status, phase: 'Terminating' }
  },
  heldBack: (object) => list(record(object.spec)['finalizers']).length > 0,
  selectableFields: {
    'status.phase': (object) => text(at(object, 'status', 'phase')),
    name: (object) => text(object.metadata.name),
  },
  columns: [nameColumn, column('Namespace', 'Status', (object) => text(at(object, 'status', 'phase'))), ageColumn],
})

function labelWithName(object: KubeObject): void {
  const { name = '', labels } = object.metadata
  if (name !== '' && labels?.[namespaceLabel] !== name) object.metadata.labels = { ...labels, [namespaceLabel]: name }
}

function finalizerErrors(finalizer: string): FieldError[] {
  const errors = invalidEach('spec.finalizers', finalizer, qualifiedName(finalizer))
  if (finalizer.includes('/') || ['kubernetes', 'orphan', 'foregroundDeletion'].includes(finalizer)) return errors
  const detail = 'name is neither a standard finalizer name nor is it fully qualified'
  return [...errors, invalid('spec.finalizers', finalizer, detail)]
}

export const node = kind({
  apiVersion: 'v1',
  kind: 'Node',
  plural: 'nodes',
  namespaced: false,
  shortNames: ['no'],
  statusOnCreate: true,
  subresources: ['status'],
  setDefaults(object) {
    const status = ensure(object, 'status')
    ensure(status, 'daemonEndpoints')
    fill(ensure(ensure(status, 'daemonEndpoints'), 'kubeletEndpoint'), { Port: 0 })
    fill(ensure(status, 'nodeInfo'), emptyNodeInfo)
    const capacity = status['capacity']
    if (capacity !== undefined) status['allocatable'] ??= structuredClone(capacity)
    ensure(object, 'spec')
  },
  validate: (object) => [
    ...validateTaints(at(object, 'spec', 'taints')),
    ...rangeErrors(texts(at(object, 'spec', 'podCIDRs'))),
  ],
  selectableFields: { 'spec.unschedulable': (object) => String(at(object, 'spec', 'unschedulable') === true) },
  columns: [
    nameColumn,
    column('Node', 'Status', nodeStatus),
    column('Node', 'Roles', nodeRoles),
    ageColumn,
    column('Node', 'Version', nodeInfo('kubeletVersion')),
    column('Node', 'Internal-IP', nodeAddress('InternalIP'), { wide: true }),
    column('Node', 'External-IP', nodeAddress('ExternalIP'), { wide: true }),
    column('Node', 'OS-Image', orUnknown('osImage'), { wide: true }),
    column('Node', 'Kernel-Version', orUnknown('kernelVersion'), { wide: true }),
    column('Node', 'Container-Runtime', orUnknown('containerRuntimeVersion'), { wide: true }),
  ],
})

/** The addresses that a node gives its pods. */
function rangeErrors(ranges: string[]): FieldError[] {
  const printed = new GoText(goStrings(ranges))
  return ranges.flatMap((range, index) =>
    parseNetwork(range) ? [] : [invalid(`spec.podCIDRs[${index}]`, printed, 'must be valid CIDR')],
  )
}

const emptyNodeInfo = {
  machineID: '',
  systemUUID: '',
  bootID: '',
  kernelVersion: '',
  osImage: '',
  containerRuntimeVersion: '',
  kubeletVersion: '',
  kubeProxyVersion: '',
  operatingSystem: '',
  architecture: '',
}

function nodeInfo(field: string): (object: KubeObject) => string {
  return (object) => text(at(object, 'status', 'nodeInfo', field))
}

function orUnknown(field: string): (object: KubeObject) => string {
  return (object) => nodeInfo(field)(object) || '<unknown>'
}

function nodeAddress(type: string): (object: KubeObject) => string {
  return (object) =>
    orNone(text(records(at(object, 'status', 'addresses')).find((one) => one['type'] === type)?.['address']))
}

function nodeStatus(object: KubeObject): string {
  const ready = records(at(object, 'status', 'conditions')).find((one) => one['type'] === 'Ready')
  const status = ready === undefined ? 'Unknown' : ready['status'] === 'True' ? 'Ready' : 'NotReady'
  return at(object, 'spec', 'unschedulable') === true ? `${status},SchedulingDisabled` : status
}

function nodeRoles(object: KubeObject): string {
  const labels = textMap(object.metadata.labels)
  const prefix = 'node-role.kubernetes.io/'
  const roles = Object.keys(labels)
    .filter((key) => key.startsWith(prefix) && key.length > prefix.length)
    .map((key) => key.slice(prefix.length))
  const named = labels['kubernetes.io/role']
  if (named !== undefined && named !== '') roles.push(named)
  return orNone([...new Set(roles)].sort().join(','))
}

export const customResourceDefinition = kind({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  storedVersion: 'v1beta1',
  namespaced: false,
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  subresources: ['status'],
  generation: true,
  setDefaults(object) {
    const spec = ensure(object, 'spec')
    const names = ensure(spec, 'names')
    const named = text(names['kind'])
    if (text(names['singular']) === '' && named !== '') names['singular'] = named.toLowerCase()
    if (text(names['listKind']) === '' && named !== '') names['listKind'] = `${named}List`
    fill(ensure(spec, 'conversion'), { strategy: 'None' })
  },
})
