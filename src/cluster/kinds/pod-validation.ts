import type { FieldError } from '../resource.ts'
import { userErrors, validateContainers, validateInitContainers } from './container-validation.ts'
import { forbidden, invalid, invalidEach, notSupported, required } from './field-errors.ts'
import { GoText, goStringMap } from './go-print.ts'
import { validateAnnotations, validateLabels } from './metadata.ts'
import { dnsLabel, dnsSubdomain, ipAddress } from './names.ts'
import { isRecord, list, record, records, text, textMap, texts, type Json } from './read.ts'
import { validateAffinity, validateSpread, validateTolerations } from './scheduling-validation.ts'
import { isEmptySelector, selects } from './selector-validation.ts'
import { validateVolumes } from './volume-validation.ts'

const restartPolicies = ['Always', 'OnFailure', 'Never']
const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']

/** Specs that were found without fault; stored ones (frozen) stay so, and are shared from version to version. */
const faultless = new WeakSet<Json>()

/** Everything wrong with a pod's spec, in the order in which Kubernetes 1.21 looks. */
export function validatePodSpec(value: unknown, field: string): FieldError[] {
  const spec = record(value)
  if (Object.isFrozen(spec) && faultless.has(spec)) return []
  const errors = podSpecErrors(spec, field)
  if (errors.length === 0) faultless.add(spec)
  return errors
}

function podSpecErrors(spec: Json, field: string): FieldError[] {
  const volumes = validateVolumes(spec['volumes'], `${field}.volumes`)
  return [
    ...volumes.errors,
    ...validateContainers(spec['containers'], volumes.names, `${field}.containers`),
    ...validateInitContainers(spec['initContainers'], spec['containers'], volumes.names, `${field}.initContainers`),
    ...oneOf(text(spec['restartPolicy']), restartPolicies, `${field}.restartPolicy`),
    ...oneOf(text(spec['dnsPolicy']), dnsPolicies, `${field}.dnsPolicy`),
    ...validateLabels(spec['nodeSelector'], `${field}.nodeSelector`),
    ...hostNetworkErrors(spec, field),
    ...userErrors(spec['securityContext'], `${field}.securityContext`),
    ...pullSecretErrors(spec['imagePullSecrets'], `${field}.imagePullSecrets`),
    ...validateAffinity(spec['affinity'], `${field}.affinity`),
    ...dnsConfigErrors(spec, `${field}.dnsConfig`),
    ...validateSpread(spec['topologySpreadConstraints'], `${field}.topologySpreadConstraints`),
    ...nameErrors(spec, field),
    ...deadlineErrors(spec, field),
    ...labelErrors(spec, field),
    ...validateTolerations(spec['tolerations'], `${field}.tolerations`),
    ...hostAliasErrors(spec['hostAliases'], `${field}.hostAliases`),
  ]
}

function oneOf(value: string, supported: readonly string[], field: string): FieldError[] {
  if (value === '') return [required(field)]
  return supported.includes(value) ? [] : [notSupported(field, value, supported)]
}

function hostNetworkErrors(spec: Json, field: string): FieldError[] {
  if (spec['hostNetwork'] !== true) return []
  return records(spec['containers']).flatMap((container, index) =>
    records(container['ports']).flatMap((port, at) => {
      if (port['hostPort'] === port['containerPort']) return []
      const detail = 'must match `hostPort` when `hostNetwork` is true'
      return [invalid(`${field}.containers[${index}].ports[${at}].containerPort`, port['containerPort'], detail)]
    }),
  )
}

function pullSecretErrors(value: unknown, field: string): FieldError[] {
  return records(value).flatMap((secret, index) =>
    text(secret['name']) === '' ? [required(`${field}[${index}].name`)] : [],
  )
}

function dnsConfigErrors(spec: Json, field: string): FieldError[] {
  const config = spec['dnsConfig']
  if (spec['dnsPolicy'] === 'None' && !isRecord(config)) {
    return [required(field, 'must provide `dnsConfig` when `dnsPolicy` is None')]
  }
  const servers = texts(record(config)['nameservers'])
  if (spec['dnsPolicy'] === 'None' && servers.length === 0) {
    return [required(`${field}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None')]
  }
  return servers.flatMap((server, index) => invalidEach(`${field}.nameservers[${index}]`, server, ipAddress(server)))
}

function nameErrors(spec: Json, field: string): FieldError[] {
  return ['serviceAccountName', 'nodeName'].flatMap((name) => {
    const value = text(spec[name])
    return value === '' ? [] : invalidEach(`${field}.${name}`, value, dnsSubdomain(value))
  })
}

function deadlineErrors(spec: Json, field: string): FieldError[] {
  const seconds = spec['activeDeadlineSeconds']
  if (typeof seconds !== 'number' || (seconds >= 1 && seconds <= 2147483647)) return []
  return [invalid(`${field}.activeDeadlineSeconds`, seconds, 'must be between 1 and 2147483647, inclusive')]
}

function labelErrors(spec: Json, field: string): FieldError[] {
  const labels = ['hostname', 'subdomain'].flatMap((name) => {
    const value = text(spec[name])
    return value === '' ? [] : invalidEach(`${field}.${name}`, value, dnsLabel(value))
  })
  const priorityClass = text(spec['priorityClassName'])
  if (priorityClass === '') return labels
  return [...labels, ...invalidEach(`${field}.priorityClassName`, priorityClass, dnsSubdomain(priorityClass))]
}

function hostAliasErrors(value: unknown, field: string): FieldError[] {
  return records(value).flatMap((alias) => {
    const ip = text(alias['ip'])
    const errors = ipAddress(ip).length > 0 ? [invalid(`${field}.ip`, ip, 'must be valid IP address')] : []
    const names = texts(alias['hostnames'])
    return [...errors, ...names.flatMap((name) => invalidEach(`${field}.hostnames`, name, dnsSubdomain(name)))]
  })
}

/** Labels, annotations and spec of a pod template. */
export function validatePodTemplate(value: unknown, field: string): FieldError[] {
  const template = record(value)
  return [...templateMetadataErrors(template, field), ...validatePodSpec(template['spec'], `${field}.spec`)]
}

export function templateMetadataErrors(template: Json, field: string): FieldError[] {
  const metadata = record(template['metadata'])
  return [
    ...validateLabels(metadata['labels'], `${field}.labels`),
    ...validateAnnotations(metadata['annotations'], `${field}.annotations`),
  ]
}

/** The selector must match the template's labels; an empty one is another error. */
export function templateLabelErrors(selector: unknown, template: unknown, field: string): FieldError[] {
  const labels = record(record(template)['metadata'])['labels']
  if (isRecord(selector) && isEmptySelector(selector)) return []
  if (isRecord(selector) && selects(selector, textMap(labels))) return []
  const printed = new GoText(goStringMap(isRecord(labels) ? textMap(labels) : undefined))
  return [invalid(`${field}.metadata.labels`, printed, '`selector` does not match template `labels`')]
}

/** Pods of workloads that run forever restart always and have no deadline. */
export function runsForeverErrors(template: unknown, field: string, owner: string): FieldError[] {
  const spec = record(record(template)['spec'])
  const policy = text(spec['restartPolicy'])
  const errors = policy === 'Always' ? [] : [notSupported(`${field}.spec.restartPolicy`, policy, ['Always'])]
  if (typeof spec['activeDeadlineSeconds'] !== 'number') return errors
  const detail = `activeDeadlineSeconds in ${owner} is not Supported`
  return [...errors, forbidden(`${field}.spec.activeDeadlineSeconds`, detail)]
}

const changeable =
  'pod updates may not change fields other than `spec.containers[*].image`, `spec.initContainers[*].image`, `spec.activeDeadlineSeconds` or `spec.tolerations` (only additions to existing tolerations)'

/** What an update of a running pod may not change. */
export function validatePodUpdate(spec: Json, old: Json): FieldError[] {
  for (const name of ['containers', 'initContainers']) {
    if (list(spec[name]).length !== list(old[name]).length) {
      return [forbidden(`spec.${name}`, 'pod updates may not add or remove containers')]
    }
  }
  const errors = deadlineChangeErrors(spec['activeDeadlineSeconds'], old['activeDeadlineSeconds'])
  if (errors.length > 0) return errors
  return JSON.stringify(sorted(frozenPart(spec))) === JSON.stringify(sorted(frozenPart(old)))
    ? tolerationChangeErrors(spec, old)
    : [forbidden('spec', changeable)]
}

function deadlineChangeErrors(seconds: unknown, before: unknown): FieldError[] {
  if (typeof seconds === 'number') {
    if (typeof before !== 'number' || seconds <= before) return []
    return [invalid('spec.activeDeadlineSeconds', seconds, 'must be less than or equal to previous value')]
  }
  if (typeof before !== 'number') return []
  return [invalid('spec.activeDeadlineSeconds', seconds, 'must not update from a positive integer to nil value')]
}

function tolerationChangeErrors(spec: Json, old: Json): FieldError[] {
  const untimed = ({ tolerationSeconds: _seconds, ...rest }: Json): string => JSON.stringify(sorted(rest))
  const now = new Set(records(spec['tolerations']).map(untimed))
  const lost = records(old['tolerations']).some((one) => !now.has(untimed(one)))
  return lost ? [forbidden('spec', changeable)] : []
}

function frozenPart(spec: Json): Json {
  const withoutImages = (value: unknown): Json[] => records(value).map(({ image: _image, ...rest }) => rest)
  const { activeDeadlineSeconds: _deadline, tolerations: _tolerations, ...rest } = spec
  return {
    ...rest,
    containers: withoutImages(spec['containers']),
    initContainers: withoutImages(spec['initContainers']),
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isRecord(value)) return value ?? null
  const names = Object.keys(value).filter((name) => value[name] !== undefined && value[name] !== null)
  return Object.fromEntries(names.sort().map((name) => [name, sorted(value[name])]))
}
