import type { FieldError } from '../resource.ts'
import { imageBlankErrors, validateContainers, validateInitContainers } from './container-validation.ts'
import { forbidden, invalid, invalidEach, notSupported, required } from './field-errors.ts'
import { GoText, goStringMap, goStrings } from './go-print.ts'
import { validateAnnotations, validateLabels } from './metadata.ts'
import { dnsLabel, dnsSubdomain, ipAddress, qualifiedName, type NameCheck } from './names.ts'
import { isRecord, list, record, records, text, textMap, texts, type Json } from './read.ts'
import { validateResources } from './resource-validation.ts'
import { validateAffinity, validateSpread, validateTolerations } from './scheduling-validation.ts'
import { podSecurityErrors } from './security-validation.ts'
import { isEmptySelector, selects } from './selector-validation.ts'
import { validateVolumes } from './volume-validation.ts'

const restartPolicies = ['Always', 'OnFailure', 'Never']
const preemptionPolicies = ['PreemptLowerPriority', 'Never']
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
  const { errors, volumes } = validateVolumes(spec['volumes'], `${field}.volumes`)
  return [
    ...errors,
    ...validateContainers(spec['containers'], volumes, `${field}.containers`),
    ...validateInitContainers(spec['initContainers'], spec['containers'], volumes, `${field}.initContainers`),
    ...oneOf(text(spec['restartPolicy']), restartPolicies, `${field}.restartPolicy`),
    ...oneOf(text(spec['dnsPolicy']), dnsPolicies, `${field}.dnsPolicy`),
    ...validateLabels(spec['nodeSelector'], `${field}.nodeSelector`),
    ...hostNetworkErrors(spec, field),
    ...podSecurityErrors(spec, `${field}.securityContext`),
    ...pullSecretErrors(spec['imagePullSecrets'], `${field}.imagePullSecrets`),
    ...validateAffinity(spec['affinity'], `${field}.affinity`),
    ...dnsConfigErrors(spec, `${field}.dnsConfig`),
    ...readinessErrors(spec['readinessGates'], `${field}.readinessGates`),
    ...validateSpread(spec['topologySpreadConstraints'], `${field}.topologySpreadConstraints`),
    ...nameErrors(spec, ['serviceAccountName', 'nodeName'], dnsSubdomain, field),
    ...deadlineErrors(spec, field),
    ...nameErrors(spec, ['hostname', 'subdomain'], dnsLabel, field),
    ...validateTolerations(spec['tolerations'], `${field}.tolerations`),
    ...hostAliasErrors(spec['hostAliases'], `${field}.hostAliases`),
    ...nameErrors(spec, ['priorityClassName', 'runtimeClassName'], dnsSubdomain, field),
    ...oneOf(text(spec['preemptionPolicy'] ?? 'Never'), preemptionPolicies, `${field}.preemptionPolicy`),
    ...overheadErrors(record(spec['overhead']), `${field}.overhead`),
  ]
}

/** Everything wrong with the spec of a pod itself: its images are looked at more closely than a template's. */
export function validateOwnSpec(value: unknown): FieldError[] {
  const spec = record(value)
  return [
    ...validatePodSpec(spec, 'spec'),
    ...imageBlankErrors(spec['containers'], 'spec.containers'),
    ...imageBlankErrors(spec['initContainers'], 'spec.initContainers'),
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

const mostServers = 3
const mostSearches = 6
const longestSearches = 256

function dnsConfigErrors(spec: Json, field: string): FieldError[] {
  const config = spec['dnsConfig']
  const own = spec['dnsPolicy'] === 'None'
  if (own && !isRecord(config)) return [required(field, 'must provide `dnsConfig` when `dnsPolicy` is None')]
  const { nameservers, searches, options } = record(config)
  if (own && texts(nameservers).length === 0) {
    return [required(`${field}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None')]
  }
  return [
    ...serverErrors(texts(nameservers), `${field}.nameservers`),
    ...searchErrors(texts(searches), `${field}.searches`),
    ...records(options).flatMap((option, index) =>
      text(option['name']) === '' ? [required(`${field}.options[${index}]`, 'must not be empty')] : [],
    ),
  ]
}

function serverErrors(servers: string[], field: string): FieldError[] {
  const many = `must not have more than ${mostServers} nameservers`
  return [
    ...(servers.length > mostServers ? [invalid(field, new GoText(goStrings(servers)), many)] : []),
    ...servers.flatMap((server, index) =>
      ipAddress(server).length > 0 ? [invalid(`${field}[${index}]`, server, 'must be valid IP address')] : [],
    ),
  ]
}

function searchErrors(searches: string[], field: string): FieldError[] {
  const printed = new GoText(goStrings(searches))
  const long = `must not have more than ${longestSearches} characters (including spaces) in the search list`
  return [
    ...(searches.length > mostSearches
      ? [invalid(field, printed, `must not have more than ${mostSearches} search paths`)]
      : []),
    ...(searches.join(' ').length > longestSearches ? [invalid(field, printed, long)] : []),
    ...searches.flatMap((search, index) => {
      const name = search.replace(/\.$/, '')
      return invalidEach(`${field}[${index}]`, name, dnsSubdomain(name))
    }),
  ]
}

function readinessErrors(gates: unknown, field: string): FieldError[] {
  return records(gates).flatMap((gate, index) => {
    const type = text(gate['conditionType'])
    return invalidEach(`${field}[${index}].conditionType`, type, qualifiedName(type))
  })
}

function nameErrors(spec: Json, names: readonly string[], check: NameCheck, field: string): FieldError[] {
  return names.flatMap((name) => {
    const value = text(spec[name])
    return value === '' ? [] : invalidEach(`${field}.${name}`, value, check(value))
  })
}

function deadlineErrors(spec: Json, field: string): FieldError[] {
  const seconds = spec['activeDeadlineSeconds']
  if (typeof seconds !== 'number' || (seconds >= 1 && seconds <= 2147483647)) return []
  return [invalid(`${field}.activeDeadlineSeconds`, seconds, 'must be between 1 and 2147483647, inclusive')]
}

function overheadErrors(overhead: Json, field: string): FieldError[] {
  return validateResources({ limits: overhead }, field)
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
