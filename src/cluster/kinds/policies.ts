import type { KubeObject } from '../resource.ts'
import { ageColumn, column, count, nameColumn, plain } from './columns.ts'
import { kind } from './kind.ts'
import { at, ensure, fill, isRecord, list, records, text, textMap, type Json } from './read.ts'

/** What limits or allows: quotas, limits, budgets; and what is kept and followed by nobody here: leases, roles. */

export const resourceQuota = kind({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  shortNames: ['quota'],
  subresources: ['status'],
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
  columns: [
    nameColumn,
    column('PodDisruptionBudget', 'Min Available', orNotSet('minAvailable')),
    column('PodDisruptionBudget', 'Max Unavailable', orNotSet('maxUnavailable')),
    column('PodDisruptionBudget', 'Allowed Disruptions', count('status', 'disruptionsAllowed'), { type: 'integer' }),
    ageColumn,
  ],
})

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
  columns: [nameColumn, column('Lease', 'Holder', plain('spec', 'holderIdentity')), ageColumn],
})

const rbac = 'rbac.authorization.k8s.io'

export const role = kind({
  apiVersion: `${rbac}/v1`,
  kind: 'Role',
  plural: 'roles',
  nameRule: 'path-segment',
  setDefaults: fillRules,
})

export const clusterRole = kind({
  apiVersion: `${rbac}/v1`,
  kind: 'ClusterRole',
  plural: 'clusterroles',
  namespaced: false,
  nameRule: 'path-segment',
  setDefaults: fillRules,
})

/** `rules` is always printed. */
function fillRules(object: KubeObject): void {
  object['rules'] ??= null
}

const bindingColumns = (name: string) => {
  const subjects = (type: string) => (object: KubeObject) =>
    records(object['subjects'])
      .filter((one) => one['kind'] === type)
      .map((one) => (type === 'ServiceAccount' ? `${text(one['namespace'])}/${text(one['name'])}` : text(one['name'])))
      .join(', ')
  return [
    nameColumn,
    column(name, 'Role', (object) => `${text(at(object, 'roleRef', 'kind'))}/${text(at(object, 'roleRef', 'name'))}`),
    ageColumn,
    column(name, 'Users', subjects('User'), { wide: true }),
    column(name, 'Groups', subjects('Group'), { wide: true }),
    column(name, 'ServiceAccounts', subjects('ServiceAccount'), { wide: true }),
  ]
}

function defaultBinding(object: KubeObject): void {
  const reference = ensure(object, 'roleRef')
  if (text(reference['apiGroup']) === '') reference['apiGroup'] = rbac
  for (const one of list(object['subjects']).filter(isRecord)) {
    if (text(one['apiGroup']) === '' && (one['kind'] === 'User' || one['kind'] === 'Group')) one['apiGroup'] = rbac
  }
}

export const roleBinding = kind({
  apiVersion: `${rbac}/v1`,
  kind: 'RoleBinding',
  plural: 'rolebindings',
  nameRule: 'path-segment',
  setDefaults: defaultBinding,
  columns: bindingColumns('RoleBinding'),
})

export const clusterRoleBinding = kind({
  apiVersion: `${rbac}/v1`,
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  namespaced: false,
  nameRule: 'path-segment',
  setDefaults: defaultBinding,
  columns: bindingColumns('ClusterRoleBinding'),
})
