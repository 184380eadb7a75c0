import {
  age,
  ageColumn,
  column,
  labelText,
  nameColumn,
  selectorText,
  shortDuration,
  templateColumns,
} from './columns.ts'
import { cronProblem, timeZoneProblem } from './cron-schedule.ts'
import { invalid, notNegative, notSupported, required } from './field-errors.ts'
import { GoText } from './go-print.ts'
import { kind } from './kind.ts'
import { tooManyCharacters } from './names.ts'
import { defaultPodTemplate } from './pod-defaults.ts'
import { templateLabelErrors, validatePodTemplate } from './pod-validation.ts'
import { at, ensure, fill, isRecord, list, number, record, same, text, type Json } from './read.ts'
import { goSelector, isValidSelector, selects, validateLabelSelector } from './selector-validation.ts'
import type { FieldError, KubeObject } from '../resource.ts'

const jobTemplateColumns = (path: readonly string[], name: string, selector: (object: KubeObject) => string) =>
  templateColumns(name, (object) => at(object, ...path), selector)

export const job = kind({
  apiVersion: 'batch/v1',
  kind: 'Job',
  plural: 'jobs',
  categories: ['all'],
  subresources: ['status'],
  defaultPropagation: 'Orphan',
  setDefaults(object) {
    const spec = ensure(object, 'spec')
    defaultJob(spec)
    const labels = at(spec, 'template', 'metadata', 'labels')
    if (isRecord(labels) && Object.keys(record(object.metadata.labels)).length === 0) {
      object.metadata.labels = { ...(labels as Record<string, string>) }
    }
  },
  prepareForCreate(object) {
    const spec = ensure(object, 'spec')
    if (spec['manualSelector'] === true) return
    generateSelector(object, spec)
  },
  validate: jobErrors,
  validateUpdate: jobChanges,
  selectableFields: { 'status.successful': (object) => String(number(at(object, 'status', 'succeeded'))) },
  columns: [
    nameColumn,
    column('Job', 'Completions', completions),
    column('Job', 'Duration', duration),
    ageColumn,
    ...jobTemplateColumns(['spec', 'template'], 'Job', (object) => selectorText(at(object, 'spec', 'selector'))),
  ],
})

function defaultJob(spec: Json): void {
  if (typeof spec['completions'] !== 'number' && typeof spec['parallelism'] !== 'number') {
    Object.assign(spec, { completions: 1, parallelism: 1 })
  }
  fill(spec, { parallelism: 1, backoffLimit: 6 })
  defaultPodTemplate(spec)
}

/**
 * A Job finds its pods by its own uid, also where it is a copy that has the labels of the original. An object without labels
 * of its own has those of its template.
 */
function generateSelector(object: KubeObject, spec: Json): void {
  const template = ensure(ensure(spec, 'template'), 'metadata')
  const { uid = '', name = '' } = object.metadata
  const labels = { 'controller-uid': uid, 'job-name': name }
  const before = record(template['labels'])
  const shared = same(object.metadata.labels ?? {}, before)
  template['labels'] = { ...before, ...labels }
  if (shared) object.metadata.labels = { ...object.metadata.labels, ...labels }
  ensure(ensure(spec, 'selector'), 'matchLabels')['controller-uid'] = uid
}

function jobErrors(object: KubeObject): FieldError[] {
  const spec = record(object.spec)
  const { selector } = spec
  return [
    ...generatedErrors(object, spec),
    ...jobSpecErrors(spec, 'spec'),
    ...(isRecord(selector) ? validateLabelSelector(selector, 'spec.selector') : [required('spec.selector')]),
    ...(isValidSelector(selector) ? templateLabelErrors(selector, spec['template'], 'spec.template') : []),
  ]
}

/** Who does not choose the pods himself may not choose them by half. */
function generatedErrors({ metadata }: KubeObject, spec: Json): FieldError[] {
  const { selector } = spec
  if (spec['manualSelector'] === true || !isRecord(selector) || !isValidSelector(selector)) return []
  const expected = { 'controller-uid': metadata.uid ?? '', 'job-name': metadata.name ?? '' }
  if (selects(selector, expected)) return []
  return [invalid('spec.selector', new GoText(goSelector(selector)), '`selector` not auto-generated')]
}

function jobSpecErrors(spec: Json, field: string): FieldError[] {
  const numbers = ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished']
  return [
    ...numbers.flatMap((name) => notNegative(`${field}.${name}`, spec[name])),
    ...modeErrors(spec, field),
    ...validatePodTemplate(spec['template'], `${field}.template`),
    ...restartErrors(text(at(spec, 'template', 'spec', 'restartPolicy')), `${field}.template.spec.restartPolicy`),
  ]
}

const completionModes = ['NonIndexed', 'Indexed']

function modeErrors({ completionMode: mode, completions }: Json, field: string): FieldError[] {
  if (mode === undefined || mode === null) return []
  if (!completionModes.includes(text(mode)))
    return [notSupported(`${field}.completionMode`, text(mode), completionModes)]
  const lacks = mode === 'Indexed' && typeof completions !== 'number'
  return lacks ? [required(`${field}.completions`, 'when completion mode is Indexed')] : []
}

function restartErrors(policy: string, field: string): FieldError[] {
  if (policy === 'Always') return [required(field, 'valid values: "OnFailure", "Never"')]
  const supported = ['OnFailure', 'Never']
  return supported.includes(policy) ? [] : [notSupported(field, policy, supported)]
}

function jobChanges(object: KubeObject, old: KubeObject): FieldError[] {
  const [spec, before] = [record(object.spec), record(old.spec)]
  const errors: FieldError[] = []
  for (const name of ['completions', 'completionMode']) {
    if (!same(spec[name], before[name])) errors.push(invalid(`spec.${name}`, spec[name], 'field is immutable'))
  }
  if (!same(spec['selector'], before['selector'])) {
    errors.push(invalid('spec.selector', new GoText(goSelector(spec['selector'])), 'field is immutable'))
  }
  if (!same(spec['template'], before['template'])) {
    errors.push(invalid('spec.template', new GoText('core.PodTemplateSpec{…}'), 'field is immutable'))
  }
  return errors
}

function completions(object: KubeObject): string {
  const succeeded = number(at(object, 'status', 'succeeded'))
  const { completions: wanted, parallelism } = record(object.spec)
  if (typeof wanted === 'number') return `${succeeded}/${wanted}`
  return number(parallelism) > 1 ? `${succeeded}/1 of ${number(parallelism)}` : `${succeeded}/1`
}

function duration(object: KubeObject, now: number): string {
  const { startTime, completionTime } = record(object.status)
  if (typeof startTime !== 'string') return ''
  const end = typeof completionTime === 'string' ? Date.parse(completionTime) : now
  return shortDuration(end - Date.parse(startTime))
}

const longestCronJobName = 52

export const cronJob = kind({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  plural: 'cronjobs',
  storedVersion: 'v1beta1',
  shortNames: ['cj'],
  categories: ['all'],
  subresources: ['status'],
  setDefaults(object) {
    const spec = ensure(object, 'spec')
    fill(spec, { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 })
    const template = ensure(spec, 'jobTemplate')
    ensure(template, 'metadata')['creationTimestamp'] ??= null
    defaultPodTemplate(ensure(template, 'spec'))
  },
  validate: (object) => cronJobErrors(record(object.spec)),
  validateCreate: (object) => cronJobNameErrors(object.metadata.name),
  columns: [
    nameColumn,
    column('CronJob', 'Schedule', (object) => text(at(object, 'spec', 'schedule'))),
    column('CronJob', 'Suspend', (object) => (at(object, 'spec', 'suspend') === true ? 'True' : 'False'), {
      type: 'boolean',
    }),
    column('CronJob', 'Active', (object) => list(at(object, 'status', 'active')).length, { type: 'integer' }),
    column('CronJob', 'Last Schedule', (object, now) => {
      const last = at(object, 'status', 'lastScheduleTime')
      return typeof last === 'string' ? age(last, now) : '<none>'
    }),
    ageColumn,
    ...jobTemplateColumns(['spec', 'jobTemplate', 'spec', 'template'], 'CronJob', (object) =>
      labelText(at(object, 'spec', 'jobTemplate', 'spec', 'selector', 'matchLabels')),
    ),
  ],
})

function timeZoneErrors(timeZone: unknown): FieldError[] {
  const problem = typeof timeZone === 'string' ? timeZoneProblem(timeZone) : undefined
  return problem === undefined ? [] : [invalid('spec.timeZone', timeZone, problem)]
}

/** The names of its Jobs end in the time they were scheduled for. */
function cronJobNameErrors(name = ''): FieldError[] {
  if (name.length <= longestCronJobName) return []
  return [invalid('metadata.name', name, tooManyCharacters(longestCronJobName))]
}

function cronJobErrors(spec: Json): FieldError[] {
  const schedule = text(spec['schedule'])
  const problem = schedule === '' ? undefined : cronProblem(schedule)
  const policy = text(spec['concurrencyPolicy'])
  const policies = ['Allow', 'Forbid', 'Replace']
  return [
    ...(schedule === '' ? [required('spec.schedule')] : []),
    ...(problem === undefined ? [] : [invalid('spec.schedule', schedule, problem)]),
    ...timeZoneErrors(spec['timeZone']),
    ...notNegative('spec.startingDeadlineSeconds', spec['startingDeadlineSeconds']),
    ...(policies.includes(policy) ? [] : [notSupported('spec.concurrencyPolicy', policy, policies)]),
    ...jobSpecErrors(record(at(spec, 'jobTemplate', 'spec')), 'spec.jobTemplate.spec'),
    ...chosenErrors(record(at(spec, 'jobTemplate', 'spec')), 'spec.jobTemplate.spec'),
    ...notNegative('spec.successfulJobsHistoryLimit', spec['successfulJobsHistoryLimit']),
    ...notNegative('spec.failedJobsHistoryLimit', spec['failedJobsHistoryLimit']),
  ]
}

/** The Jobs of a CronJob find their pods by themselves. */
function chosenErrors({ selector, manualSelector }: Json, field: string): FieldError[] {
  return [
    ...(isRecord(selector)
      ? [invalid(`${field}.selector`, new GoText(goSelector(selector)), '`selector` will be auto-generated')]
      : []),
    ...(manualSelector === true ? [notSupported(`${field}.manualSelector`, true, ['nil', 'false'])] : []),
  ]
}
