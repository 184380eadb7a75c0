import type { FieldError, KubeObject } from '../resource.ts'
import { ageColumn, column, nameColumn } from './columns.ts'
import { invalid, invalidEach, notSupported, required } from './field-errors.ts'
import { GoText, goQuote, goStrings } from './go-print.ts'
import { kind } from './kind.ts'
import { dnsSubdomain, pathSegment } from './names.ts'
import { at, ensure, isRecord, list, record, records, same, text, texts, type Json } from './read.ts'
import { isValidSelector, validateLabelSelector } from './selector-validation.ts'

/** Who may do what: kept and shown, and followed by nobody here. */

const group = 'rbac.authorization.k8s.io'

export const role = kind({
  apiVersion: `${group}/v1`,
  kind: 'Role',
  plural: 'roles',
  nameRule: 'path-segment',
  setDefaults: fillRules,
  validate: (object) => ruleErrors(object, true),
})

export const clusterRole = kind({
  apiVersion: `${group}/v1`,
  kind: 'ClusterRole',
  plural: 'clusterroles',
  namespaced: false,
  nameRule: 'path-segment',
  setDefaults: fillRules,
  validate: (object) => [...ruleErrors(object, false), ...aggregationErrors(object['aggregationRule'])],
})

/** `rules` is always printed. */
function fillRules(object: KubeObject): void {
  object['rules'] ??= null
}

function ruleErrors(object: KubeObject, namespaced: boolean): FieldError[] {
  return records(object['rules']).flatMap((rule, index) => policyErrors(rule, namespaced, `rules[${index}]`))
}

function policyErrors(rule: Json, namespaced: boolean, field: string): FieldError[] {
  const given = (name: string): boolean => list(rule[name]).length > 0
  const errors = given('verbs') ? [] : [required(`${field}.verbs`, 'verbs must contain at least one value')]
  if (given('nonResourceURLs')) {
    const wrong = (detail: string): FieldError =>
      invalid(`${field}.nonResourceURLs`, new GoText(goStrings(texts(rule['nonResourceURLs']))), detail)
    if (namespaced) errors.push(wrong('namespaced rules cannot apply to non-resource URLs'))
    if (['apiGroups', 'resources', 'resourceNames'].some(given))
      errors.push(wrong('rules cannot apply to both regular resources and non-resource URLs'))
    return errors
  }
  if (!given('apiGroups'))
    errors.push(required(`${field}.apiGroups`, 'resource rules must supply at least one api group'))
  if (!given('resources'))
    errors.push(required(`${field}.resources`, 'resource rules must supply at least one resource'))
  return errors
}

function aggregationErrors(rule: unknown): FieldError[] {
  if (!isRecord(rule)) return []
  const field = 'aggregationRule.clusterRoleSelectors'
  const selectors = records(rule['clusterRoleSelectors'])
  if (selectors.length === 0)
    return [required(field, 'at least one clusterRoleSelector required if aggregationRule is non-nil')]
  return selectors.flatMap((selector, index) => {
    const path = `${field}[${index}]`
    const unreadable = isValidSelector(selector) ? [] : [invalid(path, undefined, 'invalid label selector.')]
    return [...validateLabelSelector(selector, path), ...unreadable]
  })
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

export const roleBinding = kind({
  apiVersion: `${group}/v1`,
  kind: 'RoleBinding',
  plural: 'rolebindings',
  nameRule: 'path-segment',
  setDefaults: defaultBinding,
  validate: (object) => bindingErrors(object, ['Role', 'ClusterRole'], true),
  validateUpdate: fixedRole,
  columns: bindingColumns('RoleBinding'),
})

export const clusterRoleBinding = kind({
  apiVersion: `${group}/v1`,
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  namespaced: false,
  nameRule: 'path-segment',
  setDefaults: defaultBinding,
  validate: (object) => bindingErrors(object, ['ClusterRole'], false),
  validateUpdate: fixedRole,
  columns: bindingColumns('ClusterRoleBinding'),
})

function defaultBinding(object: KubeObject): void {
  const reference = ensure(object, 'roleRef')
  if (text(reference['apiGroup']) === '') reference['apiGroup'] = group
  for (const one of list(object['subjects']).filter(isRecord)) {
    if (text(one['apiGroup']) === '' && (one['kind'] === 'User' || one['kind'] === 'Group')) one['apiGroup'] = group
  }
}

function bindingErrors(object: KubeObject, kinds: readonly string[], namespaced: boolean): FieldError[] {
  const { apiGroup, kind: referred, name } = record(object['roleRef'])
  return [
    ...(apiGroup === group ? [] : [notSupported('roleRef.apiGroup', text(apiGroup), [group])]),
    ...(kinds.includes(text(referred)) ? [] : [notSupported('roleRef.kind', text(referred), kinds)]),
    ...(text(name) === ''
      ? [required('roleRef.name')]
      : invalidEach('roleRef.name', text(name), pathSegment(text(name)))),
    ...records(object['subjects']).flatMap((one, index) => subjectErrors(one, namespaced, `subjects[${index}]`)),
  ]
}

function subjectErrors(subject: Json, namespaced: boolean, field: string): FieldError[] {
  const [name, apiGroup] = [text(subject['name']), text(subject['apiGroup'])]
  const errors = name === '' ? [required(`${field}.name`)] : []
  switch (text(subject['kind'])) {
    case 'ServiceAccount':
      if (name !== '') errors.push(...invalidEach(`${field}.name`, name, dnsSubdomain(name)))
      if (apiGroup !== '') errors.push(notSupported(`${field}.apiGroup`, apiGroup, ['']))
      if (!namespaced && text(subject['namespace']) === '') errors.push(required(`${field}.namespace`))
      return errors
    case 'User':
    case 'Group':
      return apiGroup === group ? errors : [...errors, notSupported(`${field}.apiGroup`, apiGroup, [group])]
    default:
      return [...errors, notSupported(`${field}.kind`, text(subject['kind']), ['ServiceAccount', 'User', 'Group'])]
  }
}

function fixedRole(object: KubeObject, old: KubeObject): FieldError[] {
  if (same(object['roleRef'], old['roleRef'])) return []
  const [apiGroup, referred, name] = ['apiGroup', 'kind', 'name'].map((key) =>
    goQuote(text(at(object, 'roleRef', key))),
  )
  const printed = `rbac.RoleRef{APIGroup:${apiGroup}, Kind:${referred}, Name:${name}}`
  return [invalid('roleRef', new GoText(printed), 'cannot change roleRef')]
}
