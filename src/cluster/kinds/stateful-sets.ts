import { ageColumn, column, nameColumn, selectorText, templateColumns } from './columns.ts'
import { forbidden, invalid, notNegative, notSupported, required } from './field-errors.ts'
import { GoText, goIntOrString, goQuote } from './go-print.ts'
import { kind } from './kind.ts'
import { defaultPodTemplate } from './pod-defaults.ts'
import {
  runsForeverErrors,
  templateLabelErrors,
  templateMetadataErrors,
  validatePodTemplate,
} from './pod-validation.ts'
import { at, ensure, fill, isRecord, list, number, record, records, same, text, textMap, type Json } from './read.ts'
import { goSelector, isEmptySelector, isValidSelector, validateLabelSelector } from './selector-validation.ts'
import {
  immutableSelector,
  intOrPercentErrors,
  intOrPercentValue,
  over100Errors,
  selectorErrors,
} from './workload-validation.ts'
import type { FieldError, KubeObject } from '../resource.ts'

export const statefulSet = kind({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  shortNames: ['sts'],
  categories: ['all'],
  subresources: ['scale', 'status'],
  generation: true,
  scale: { replicas: ['spec', 'replicas'], statusReplicas: ['status', 'replicas'], selector: ['spec', 'selector'] },
  setDefaults(object) {
    const spec = ensure(object, 'spec')
    fill(spec, { replicas: 1, serviceName: '', podManagementPolicy: 'OrderedReady', revisionHistoryLimit: 10 })
    defaultPodTemplate(spec)
    const strategy = ensure(spec, 'updateStrategy')
    if (text(strategy['type']) === '') {
      strategy['type'] = 'RollingUpdate'
      ensure(strategy, 'rollingUpdate')
    }
    const rolling = strategy['type'] === 'RollingUpdate' && strategy['rollingUpdate']
    if (isRecord(rolling)) fill(rolling, { partition: 0 })
    for (const claim of list(spec['volumeClaimTemplates']).filter(isRecord)) defaultClaimTemplate(claim)
  },
  validate: (object) => statefulSetErrors(record(object.spec)),
  validateUpdate: statefulSetChanges,
  columns: [
    nameColumn,
    column(
      'StatefulSet',
      'Ready',
      (object) => `${number(at(object, 'status', 'readyReplicas'))}/${number(at(object, 'spec', 'replicas'))}`,
    ),
    ageColumn,
    ...templateColumns(
      'StatefulSet',
      (object) => at(object, 'spec', 'template'),
      () => '',
    ).slice(0, 2),
  ],
})

function defaultClaimTemplate(claim: Json): void {
  claim['apiVersion'] ??= 'v1'
  claim['kind'] ??= 'PersistentVolumeClaim'
  ensure(claim, 'metadata')['creationTimestamp'] ??= null
  ensure(claim, 'spec')['volumeMode'] ??= 'Filesystem'
  ensure(claim, 'status')['phase'] ??= 'Pending'
}

function statefulSetErrors(spec: Json): FieldError[] {
  const { selector, template } = spec
  return [
    ...policyErrors(text(spec['podManagementPolicy'])),
    ...updateStrategyErrors(record(spec['updateStrategy'])),
    ...notNegative('spec.replicas', spec['replicas']),
    ...selectorErrors(selector, 'statefulset'),
    ...(isRecord(selector) && !isValidSelector(selector)
      ? [invalid('spec.selector', new GoText(goSelector(selector)), '')]
      : [
          ...templateLabelErrors(selector, template, 'spec.template'),
          ...templateMetadataErrors(record(template), 'spec.template'),
        ]),
    ...runsForeverErrors(template, 'spec.template', 'StatefulSet'),
  ]
}

function policyErrors(policy: string): FieldError[] {
  const field = 'spec.podManagementPolicy'
  if (policy === '') return [required(field)]
  if (policy === 'OrderedReady' || policy === 'Parallel') return []
  return [invalid(field, policy, "must be 'OrderedReady' or 'Parallel'")]
}

function updateStrategyErrors(strategy: Json): FieldError[] {
  const field = 'spec.updateStrategy'
  const rolling = strategy['rollingUpdate']
  switch (text(strategy['type'])) {
    case '':
      return [required(field)]
    case 'OnDelete': {
      if (!isRecord(rolling)) return []
      const printed = `apps.RollingUpdateStatefulSetStrategy{Partition:${number(rolling['partition'])}}`
      return [invalid(`${field}.rollingUpdate`, new GoText(printed), "only allowed for updateStrategy 'RollingUpdate'")]
    }
    case 'RollingUpdate':
      return notNegative(`${field}.rollingUpdate.partition`, record(rolling)['partition'])
    default: {
      const printed = `apps.StatefulSetUpdateStrategy{Type:${goQuote(text(strategy['type']))}, RollingUpdate:(*apps.RollingUpdateStatefulSetStrategy)(nil)}`
      return [invalid(field, new GoText(printed), "must be 'RollingUpdate' or 'OnDelete'")]
    }
  }
}

function statefulSetChanges(object: KubeObject, old: KubeObject): FieldError[] {
  const fixed = ({ replicas: _replicas, template: _template, updateStrategy: _strategy, ...rest }: Json): Json => rest
  if (same(fixed(record(object.spec)), fixed(record(old.spec)))) return []
  const detail =
    "updates to statefulset spec for fields other than 'replicas', 'template', and 'updateStrategy' are forbidden"
  return [forbidden('spec', detail)]
}

const generationAnnotation = 'deprecated.daemonset.template.generation'

export const daemonSet = kind({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  convertedAnnotation: generationAnnotation,
  shortNames: ['ds'],
  categories: ['all'],
  subresources: ['status'],
  generation: true,
  setDefaults(object) {
    const spec = ensure(object, 'spec')
    fill(spec, { revisionHistoryLimit: 10 })
    defaultPodTemplate(spec)
    if (object.metadata.annotations?.[generationAnnotation] === undefined) setTemplateGeneration(object, 1)
    const strategy = ensure(spec, 'updateStrategy')
    if (text(strategy['type']) === '') strategy['type'] = 'RollingUpdate'
    if (strategy['type'] === 'RollingUpdate')
      fill(ensure(strategy, 'rollingUpdate'), { maxUnavailable: 1, maxSurge: 0 })
  },
  prepareForCreate(object) {
    setTemplateGeneration(object, 1)
  },
  prepareForUpdate(object, old) {
    const before = Number(textMap(old.metadata.annotations)[generationAnnotation] ?? 1)
    const changed = !same(record(object.spec)['template'], record(old.spec)['template'])
    setTemplateGeneration(object, changed ? before + 1 : before)
  },
  validate: (object) => daemonSetErrors(record(object.spec)),
  validateUpdate: immutableSelector,
  columns: [
    nameColumn,
    ...(
      [
        ['Desired', 'desiredNumberScheduled'],
        ['Current', 'currentNumberScheduled'],
        ['Ready', 'numberReady'],
        ['Up-to-date', 'updatedNumberScheduled'],
        ['Available', 'numberAvailable'],
      ] as const
    ).map(([name, field]) =>
      column('DaemonSet', name, (object) => number(at(object, 'status', field)), { type: 'integer' }),
    ),
    column('DaemonSet', 'Node Selector', (object) => nodeSelectorText(object)),
    ageColumn,
    ...templateColumns(
      'DaemonSet',
      (object) => at(object, 'spec', 'template'),
      (object) => selectorText(at(object, 'spec', 'selector')),
    ),
  ],
})

function nodeSelectorText(object: KubeObject): string {
  return selectorText({ matchLabels: at(object, 'spec', 'template', 'spec', 'nodeSelector') })
}

function setTemplateGeneration(object: KubeObject, generation: number): void {
  object.metadata.annotations = { ...object.metadata.annotations, [generationAnnotation]: String(generation) }
}

function daemonSetErrors(spec: Json): FieldError[] {
  const { selector, template } = spec
  return [
    ...validateLabelSelector(selector, 'spec.selector'),
    ...(isRecord(selector) && !isValidSelector(selector)
      ? []
      : templateLabelErrors(selector, template, 'spec.template')),
    ...(isRecord(selector) && isEmptySelector(selector)
      ? [invalid('spec.selector', new GoText(goSelector(selector)), 'empty selector is invalid for daemonset')]
      : []),
    ...validatePodTemplate(template, 'spec.template'),
    ...runsForeverErrors(template, 'spec.template', 'DaemonSet'),
    ...notNegative('spec.minReadySeconds', spec['minReadySeconds']),
    ...daemonStrategyErrors(record(spec['updateStrategy'])),
    ...notNegative('spec.revisionHistoryLimit', spec['revisionHistoryLimit']),
  ]
}

function daemonStrategyErrors(strategy: Json): FieldError[] {
  const field = 'spec.updateStrategy'
  if (strategy['type'] === 'OnDelete') return []
  if (strategy['type'] !== 'RollingUpdate') {
    const printed = `apps.DaemonSetUpdateStrategy{Type:${goQuote(text(strategy['type']))}, RollingUpdate:(*apps.RollingUpdateDaemonSet)(nil)}`
    return [notSupported(field, new GoText(printed), ['RollingUpdate', 'OnDelete'])]
  }
  if (!isRecord(strategy['rollingUpdate'])) return [required(`${field}.rollingUpdate`)]
  const { maxUnavailable, maxSurge } = strategy['rollingUpdate']
  const path = `${field}.rollingUpdate.maxUnavailable`
  const errors = intOrPercentErrors(maxUnavailable, path)
  if (intOrPercentValue(maxUnavailable) === 0 && intOrPercentValue(maxSurge) === 0)
    errors.push(invalid(path, new GoText(goIntOrString(maxUnavailable)), 'cannot be 0'))
  errors.push(...surgeErrors(maxSurge, maxUnavailable, `${field}.rollingUpdate.maxSurge`))
  return [...errors, ...over100Errors(maxUnavailable, path)]
}

/** As since Kubernetes 1.22: either may a node be without, or have two. */
function surgeErrors(maxSurge: unknown, maxUnavailable: unknown, field: string): FieldError[] {
  if (maxSurge === undefined) return []
  const both = intOrPercentValue(maxSurge) !== 0 && intOrPercentValue(maxUnavailable) !== 0
  const printed = new GoText(goIntOrString(maxSurge))
  return [
    ...intOrPercentErrors(maxSurge, field),
    ...(both ? [invalid(field, printed, 'may not be set when maxUnavailable is non-zero')] : []),
    ...over100Errors(maxSurge, field),
  ]
}

export const controllerRevision = kind({
  apiVersion: 'apps/v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  setDefaults(object) {
    object['revision'] ??= 0
  },
  validate: (object) => [
    ...(object['data'] === undefined ? [required('data', 'data is mandatory')] : []),
    ...notNegative('revision', object['revision']),
  ],
  validateUpdate: (object, old) =>
    same(object['data'], old['data']) ? [] : [invalid('data', new GoText('runtime.Object'), 'field is immutable')],
  columns: [
    nameColumn,
    column('ControllerRevision', 'Controller', controllerOf),
    column('ControllerRevision', 'Revision', (object) => number(object['revision'])),
    ageColumn,
  ],
})

function controllerOf(object: KubeObject): string {
  const owner = records(object.metadata.ownerReferences).find(({ controller }) => controller === true)
  if (!owner) return '<none>'
  const apiVersion = text(owner['apiVersion'])
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : ''
  return `${text(owner['kind']).toLowerCase()}${group}/${text(owner['name'])}`
}

export const podTemplate = kind({
  apiVersion: 'v1',
  kind: 'PodTemplate',
  plural: 'podtemplates',
  generation: true,
  setDefaults: (object) => defaultPodTemplate(object),
  validate: (object) => validatePodTemplate(object['template'], 'template'),
  columns: [
    nameColumn,
    ...templateColumns(
      'PodTemplate',
      (object) => object['template'],
      () => '',
    )
      .slice(0, 2)
      .map((one) => ({ ...one, priority: 0 })),
    column('PodTemplate', 'Pod Labels', (object) =>
      selectorText({ matchLabels: at(object, 'template', 'metadata', 'labels') }),
    ),
    { ...ageColumn },
  ],
})
