import { defaultPodTemplate } from './pod-defaults.ts'
import { ageColumn, column, count, labelText, nameColumn, selectorText, templateColumns } from './columns.ts'
import { forbidden, invalid, notNegative, notSupported, required } from './field-errors.ts'
import { GoText, goIntOrString, goQuote } from './go-print.ts'
import { kind } from './kind.ts'
import { at, ensure, fill, isRecord, number, record, text, textMap, type Json } from './read.ts'
import { templateLabelErrors, validatePodTemplate } from './pod-validation.ts'
import {
  immutableSelector,
  intOrPercentErrors,
  intOrPercentValue,
  over100Errors,
  replicatedTemplateErrors,
  selectorErrors,
} from './workload-validation.ts'
import type { FieldError, KubeObject } from '../resource.ts'

const scale = {
  replicas: ['spec', 'replicas'],
  statusReplicas: ['status', 'replicas'],
  selector: ['spec', 'selector'],
} as const

const readyOf = (object: KubeObject): string =>
  `${number(at(object, 'status', 'readyReplicas'))}/${number(at(object, 'spec', 'replicas'))}`

export const deployment = kind({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  plural: 'deployments',
  shortNames: ['deploy'],
  categories: ['all'],
  subresources: ['scale', 'status'],
  generation: true,
  generationCountsAnnotations: true,
  scale,
  setDefaults(object) {
    const spec = ensure(object, 'spec')
    fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 })
    defaultPodTemplate(spec)
    const strategy = ensure(spec, 'strategy')
    if (text(strategy['type']) === '') strategy['type'] = 'RollingUpdate'
    if (strategy['type'] === 'RollingUpdate')
      fill(ensure(strategy, 'rollingUpdate'), { maxUnavailable: '25%', maxSurge: '25%' })
  },
  prepareForStatusUpdate(object, old) {
    if (old.metadata.labels) object.metadata.labels = { ...old.metadata.labels }
    else delete object.metadata.labels
  },
  validate: (object) => deploymentErrors(record(object.spec)),
  validateUpdate: immutableSelector,
  columns: [
    nameColumn,
    column('Deployment', 'Ready', readyOf),
    column('Deployment', 'Up-to-date', count('status', 'updatedReplicas')),
    column('Deployment', 'Available', count('status', 'availableReplicas')),
    ageColumn,
    ...templateColumns(
      'Deployment',
      (object) => at(object, 'spec', 'template'),
      (object) => selectorText(at(object, 'spec', 'selector')),
    ),
  ],
})

function deploymentErrors(spec: Json): FieldError[] {
  return [
    ...notNegative('spec.replicas', spec['replicas']),
    ...selectorErrors(spec['selector'], 'deployment'),
    ...replicatedTemplateErrors(spec),
    ...strategyErrors(record(spec['strategy'])),
    ...notNegative('spec.minReadySeconds', spec['minReadySeconds']),
    ...notNegative('spec.revisionHistoryLimit', spec['revisionHistoryLimit']),
    ...deadlineErrors(spec),
  ]
}

function deadlineErrors(spec: Json): FieldError[] {
  const deadline = spec['progressDeadlineSeconds']
  const errors = notNegative('spec.progressDeadlineSeconds', deadline)
  if (typeof deadline !== 'number' || deadline > number(spec['minReadySeconds'])) return errors
  return [...errors, invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds')]
}

function strategyErrors(strategy: Json): FieldError[] {
  const field = 'spec.strategy'
  const rolling = strategy['rollingUpdate']
  switch (strategy['type']) {
    case 'Recreate':
      return isRecord(rolling)
        ? [forbidden(`${field}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")]
        : []
    case 'RollingUpdate':
      if (!isRecord(rolling)) return [required(`${field}.rollingUpdate`, 'this should be defaulted and never be nil')]
      return rollingErrors(rolling, `${field}.rollingUpdate`)
    default: {
      const printed = `apps.DeploymentStrategy{Type:${goQuote(text(strategy['type']))}, RollingUpdate:(*apps.RollingUpdateDeployment)(nil)}`
      return [notSupported(field, new GoText(printed), ['Recreate', 'RollingUpdate'])]
    }
  }
}

function rollingErrors({ maxUnavailable, maxSurge }: Json, field: string): FieldError[] {
  const errors = [
    ...intOrPercentErrors(maxUnavailable, `${field}.maxUnavailable`),
    ...intOrPercentErrors(maxSurge, `${field}.maxSurge`),
  ]
  if (intOrPercentValue(maxUnavailable) === 0 && intOrPercentValue(maxSurge) === 0) {
    const printed = new GoText(goIntOrString(maxUnavailable))
    errors.push(invalid(`${field}.maxUnavailable`, printed, 'may not be 0 when `maxSurge` is 0'))
  }
  return [...errors, ...over100Errors(maxUnavailable, `${field}.maxUnavailable`)]
}

const replicaColumns = (name: string, selector: (object: KubeObject) => string) => [
  nameColumn,
  column(name, 'Desired', count('spec', 'replicas'), { type: 'integer' }),
  column(name, 'Current', count('status', 'replicas'), { type: 'integer' }),
  column(name, 'Ready', count('status', 'readyReplicas'), { type: 'integer' }),
  ageColumn,
  ...templateColumns(name, (object) => at(object, 'spec', 'template'), selector),
]

export const replicaSet = kind({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  shortNames: ['rs'],
  categories: ['all'],
  subresources: ['scale', 'status'],
  generation: true,
  scale,
  setDefaults(object) {
    const spec = ensure(object, 'spec')
    fill(spec, { replicas: 1 })
    defaultPodTemplate(spec)
  },
  validate: ({ spec = {} }) => [
    ...notNegative('spec.replicas', spec['replicas']),
    ...notNegative('spec.minReadySeconds', spec['minReadySeconds']),
    ...selectorErrors(spec['selector'], 'deployment'),
    ...replicatedTemplateErrors(spec),
  ],
  validateUpdate: immutableSelector,
  columns: replicaColumns('ReplicaSet', (object) => selectorText(at(object, 'spec', 'selector'))),
})

export const replicationController = kind({
  apiVersion: 'v1',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  shortNames: ['rc'],
  categories: ['all'],
  subresources: ['scale', 'status'],
  generation: true,
  defaultPropagation: 'Orphan',
  scale,
  setDefaults(object) {
    const spec = ensure(object, 'spec')
    fill(spec, { replicas: 1 })
    if (isRecord(spec['template'])) defaultPodTemplate(spec)
    const labels = textMap(at(spec, 'template', 'metadata', 'labels'))
    if (Object.keys(labels).length === 0) return
    if (Object.keys(record(spec['selector'])).length === 0) spec['selector'] = { ...labels }
    if (Object.keys(record(object.metadata.labels)).length === 0) object.metadata.labels = { ...labels }
  },
  validate: ({ spec = {} }) => [
    ...notNegative('spec.minReadySeconds', spec['minReadySeconds']),
    ...(Object.keys(record(spec['selector'])).length === 0 ? [required('spec.selector')] : []),
    ...notNegative('spec.replicas', spec['replicas']),
    ...templateLabelErrors({ matchLabels: record(spec['selector']) }, spec['template'], 'spec.template'),
    ...validatePodTemplate(spec['template'], 'spec.template'),
  ],
  selectableFields: { 'status.replicas': (object) => String(number(at(object, 'status', 'replicas'))) },
  columns: replicaColumns('ReplicationController', (object) => labelText(at(object, 'spec', 'selector'))),
})
