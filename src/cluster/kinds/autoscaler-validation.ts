import type { FieldError } from '../resource.ts'
import { forbidden, invalid, invalidEach, notSupported, required } from './field-errors.ts'
import { dnsLabel, pathSegment } from './names.ts'
import { isRecord, number, record, records, text, type Json } from './read.ts'
import { containerResourceErrors, goQuantity, quantityOf } from './resource-validation.ts'

/** What is wrong with a HorizontalPodAutoscaler, as autoscaling/v2 has it (Kubernetes 1.21, in its order). */
export function autoscalerErrors(spec: Json): FieldError[] {
  const [min, max] = [spec['minReplicas'], number(spec['maxReplicas'])]
  const field = 'spec.maxReplicas'
  return [
    ...(typeof min === 'number' && min < 1
      ? [invalid('spec.minReplicas', min, 'must be greater than or equal to 1')]
      : []),
    ...(max < 1 ? [invalid(field, max, 'must be greater than 0')] : []),
    ...(typeof min === 'number' && max < min
      ? [invalid(field, max, 'must be greater than or equal to `minReplicas`')]
      : []),
    ...referenceErrors(record(spec['scaleTargetRef']), 'spec.scaleTargetRef'),
    ...metricsErrors(spec),
    ...['scaleUp', 'scaleDown'].flatMap((direction) =>
      rulesErrors(record(spec['behavior'])[direction], `spec.behavior.${direction}`),
    ),
  ]
}

function referenceErrors(reference: Json, field: string): FieldError[] {
  return ['kind', 'name'].flatMap((key) => {
    const value = text(reference[key])
    return value === '' ? [required(`${field}.${key}`)] : invalidEach(`${field}.${key}`, value, pathSegment(value))
  })
}

function metricsErrors(spec: Json): FieldError[] {
  const metrics = records(spec['metrics'])
  const errors = metrics.flatMap((metric, index) => metricErrors(metric, `spec.metrics[${index}]`))
  const counted = metrics.some(({ type }) => type === 'Object' || type === 'External')
  if (spec['minReplicas'] !== 0 || counted) return errors
  const detail = 'must specify at least one Object or External metric to support scaling to zero replicas'
  return [...errors, forbidden('spec.metrics', detail)]
}

/** Each source of a metric: where it is, and what is wrong with it beyond its target. In the order in which they are looked at. */
const sources: Readonly<Record<string, { field: string; errors: (source: Json, field: string) => FieldError[] }>> = {
  Object: {
    field: 'object',
    errors: (source, field) => [
      ...referenceErrors(record(source['describedObject']), `${field}.describedObject`),
      ...identifierErrors(source, field),
      ...targetErrors(source, field),
      ...oneOf(source, field, ['averageValue', 'value'], 'must set either a target value or averageValue'),
    ],
  },
  External: {
    field: 'external',
    errors: (source, field) => [
      ...identifierErrors(source, field),
      ...targetErrors(source, field),
      ...oneOf(
        source,
        field,
        ['averageValue', 'value'],
        'must set either a target value for metric or a per-pod target',
      ),
      ...notBoth(source, field, ['value', 'averageValue'], 'a target value for metric and a per-pod target'),
    ],
  },
  Pods: {
    field: 'pods',
    errors: (source, field) => [
      ...identifierErrors(source, field),
      ...targetErrors(source, field),
      ...oneOf(source, field, ['averageValue'], 'must specify a positive target averageValue'),
    ],
  },
  Resource: { field: 'resource', errors: resourceErrors },
  ContainerResource: {
    field: 'containerResource',
    errors: (source, field) => {
      const [name, container] = [text(source['name']), text(source['container'])]
      return [
        ...(name === '' ? [] : containerResourceErrors(name, `${field}.name`)),
        ...(container === ''
          ? [required(`${field}.container`, 'must specify a container')]
          : invalidEach(`${field}.container`, container, dnsLabel(container))),
        ...resourceErrors(source, field),
      ]
    },
  },
}
const sourceTypes = Object.keys(sources).sort()

function metricErrors(metric: Json, field: string): FieldError[] {
  const type = text(metric['type'])
  const own = Object.hasOwn(sources, type) ? sources[type] : undefined
  const given = Object.values(sources).filter((source) => isRecord(metric[source.field]))
  const [first] = given
  const errors = type === '' ? [required(`${field}.type`, 'must specify a metric source type')] : []
  const unknown = own ? [] : [notSupported(`${field}.type`, type, sourceTypes)]
  errors.push(...unknown)
  if (first) errors.push(...first.errors(metric[first.field] as Json, `${field}.${first.field}`))
  if (own && !given.includes(own))
    errors.push(required(`${field}.${own.field}`, 'must populate information for the given metric source'))
  errors.push(...unknown)
  if (given.length < 2) return errors
  const others = given.filter((source) => source !== own)
  return [
    ...errors,
    ...others.map((source) => forbidden(`${field}.${source.field}`, 'must populate the given metric source only')),
  ]
}

function resourceErrors(source: Json, field: string): FieldError[] {
  const detail = 'must set either a target raw value or a target utilization'
  return [
    ...(text(source['name']) === '' ? [required(`${field}.name`, 'must specify a resource name')] : []),
    ...targetErrors(source, field),
    ...oneOf(source, field, ['averageUtilization', 'averageValue'], detail),
    ...notBoth(source, field, ['averageValue', 'averageUtilization'], 'a target raw value and a target utilization'),
  ]
}

function identifierErrors(source: Json, field: string): FieldError[] {
  const name = text(record(source['metric'])['name'])
  const path = `${field}.metric.name`
  return name === '' ? [required(path, 'must specify a metric name')] : invalidEach(path, name, pathSegment(name))
}

const isSet = (source: Json, name: string): boolean => (record(source['target'])[name] ?? undefined) !== undefined

/** The first is asked for where none is there. */
function oneOf(source: Json, field: string, names: readonly string[], detail: string): FieldError[] {
  return names.some((name) => isSet(source, name)) ? [] : [required(`${field}.target.${names[0]}`, detail)]
}

function notBoth(source: Json, field: string, names: readonly string[], what: string): FieldError[] {
  return names.every((name) => isSet(source, name))
    ? [forbidden(`${field}.target.${names[0]}`, `may not set both ${what}`)]
    : []
}

const targetTypes = ['Utilization', 'Value', 'AverageValue']

function targetErrors(source: Json, field: string): FieldError[] {
  const target = record(source['target'])
  const [type, use] = [text(target['type']), target['averageUtilization']]
  const path = `${field}.target`
  return [
    ...(type === '' ? [required(`${path}.type`, 'must specify a metric target type')] : []),
    ...(targetTypes.includes(type)
      ? []
      : [invalid(`${path}.type`, type, 'must be either Utilization, Value, or AverageValue')]),
    ...['value', 'averageValue'].flatMap((name) => {
      const quantity = quantityOf(target[name])
      if (!quantity || quantity.nanos > 0n) return []
      return [invalid(`${path}.${name}`, goQuantity(quantity), 'must be positive')]
    }),
    ...(typeof use === 'number' && use < 1
      ? [invalid(`${path}.averageUtilization`, use, 'must be greater than 0')]
      : []),
  ]
}

const longestWindow = 3600
const longestPeriod = 1800
const selections = ['Disabled', 'Max', 'Min']

function rulesErrors(rules: unknown, field: string): FieldError[] {
  if (!isRecord(rules)) return []
  const { stabilizationWindowSeconds: seconds, selectPolicy } = rules
  const path = `${field}.stabilizationWindowSeconds`
  const policies = records(rules['policies'])
  const window =
    typeof seconds === 'number'
      ? bounds(seconds, { least: 0, words: 'than or equal to zero', most: longestWindow })
      : []
  return [
    ...invalidEach(path, seconds, window),
    ...(typeof selectPolicy === 'string' && !selections.includes(selectPolicy)
      ? [notSupported(`${field}.selectPolicy`, selectPolicy, selections)]
      : []),
    ...(policies.length === 0 ? [required(`${field}.policies`, 'must specify at least one Policy')] : []),
    ...policies.flatMap((policy, index) => policyErrors(policy, `${field}.policies[${index}]`)),
  ]
}

const policyTypes = ['Percent', 'Pods']

function policyErrors(policy: Json, field: string): FieldError[] {
  const [type, value, period] = [text(policy['type']), number(policy['value']), number(policy['periodSeconds'])]
  const positive = { least: 1, words: 'than zero' }
  return [
    ...(policyTypes.includes(type) ? [] : [notSupported(`${field}.type`, type, policyTypes)]),
    ...invalidEach(`${field}.value`, value, bounds(value, positive)),
    ...invalidEach(`${field}.periodSeconds`, period, bounds(period, { ...positive, most: longestPeriod })),
  ]
}

function bounds(value: number, { least, words, most = Infinity }: { least: number; words: string; most?: number }) {
  const problems = value < least ? [`must be greater ${words}`] : []
  return value > most ? [...problems, `must be less than or equal to ${most}`] : problems
}
