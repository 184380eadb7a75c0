import type { FieldError, KubeObject } from '../resource.ts'
import { portErrorsOf, protocolErrors } from './container-validation.ts'
import { unusualAddressErrors } from './endpoints.ts'
import { duplicate, forbidden, invalid, invalidEach, notSupported, required } from './field-errors.ts'
import { GoText, goQuote, goStrings } from './go-print.ts'
import { parseNetwork } from './ip-addresses.ts'
import { validateLabels } from './metadata.ts'
import { dnsLabel, dnsSubdomain, ipAddress, portNumber, qualifiedName } from './names.ts'
import { at, isRecord, number, record, records, text, texts, type Json } from './read.ts'

/** What is wrong with a Service (core validation of Kubernetes 1.21), in its order. */

const serviceTypes = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
export const needsNodePort = (spec: Json): boolean => spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer'
export const needsClusterIp = (spec: Json): boolean => spec['type'] !== 'ExternalName'
export const needsHealthPort = (spec: Json): boolean =>
  spec['type'] === 'LoadBalancer' && spec['externalTrafficPolicy'] === 'Local'
export const isHeadless = (spec: Json): boolean => texts(spec['clusterIPs'])[0] === 'None'

export function serviceErrors(object: KubeObject): FieldError[] {
  const spec = record(object.spec)
  const ports = records(spec['ports'])
  const type = text(spec['type'])
  return [
    ...(ports.length === 0 && needsClusterIp(spec) && !isHeadless(spec) ? [required('spec.ports')] : []),
    ...typeErrors(spec, type, ports),
    ...portErrors(ports),
    ...validateLabels(spec['selector'], 'spec.selector'),
    ...affinityErrors(text(spec['sessionAffinity']), spec['sessionAffinityConfig']),
    ...(needsClusterIp(spec) ? addressErrors(spec) : []),
    ...texts(spec['externalIPs']).flatMap(externalErrors),
    ...(serviceTypes.includes(type) ? [] : [notSupported('spec.type', type, serviceTypes)]),
    ...nodePortErrors(ports, type),
    ...duplicatePortErrors(ports),
    ...sourceRangeErrors(object, spec),
    ...balancerErrors(spec),
    ...trafficErrors(spec),
  ]
}

/** The port of the kubelet on each node. */
const kubeletPort = 10250

function typeErrors(spec: Json, type: string, ports: readonly Json[]): FieldError[] {
  if (needsNodePort(spec)) {
    const taken = ports.flatMap(({ port }, index) => (port === kubeletPort ? [index] : []))
    const detail = `may not expose port ${kubeletPort} externally since it is used by kubelet`
    return [
      ...(type === 'LoadBalancer' ? taken.map((index) => invalid(`spec.ports[${index}]`, kubeletPort, detail)) : []),
      ...(isHeadless(spec)
        ? [invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`)]
        : []),
    ]
  }
  if (needsClusterIp(spec)) return []
  const unusable = [
    ['clusterIPs', isListed(spec['clusterIPs'])],
    ['ipFamilies', isListed(spec['ipFamilies'])],
    ['ipFamilyPolicy', spec['ipFamilyPolicy'] !== undefined],
  ] as const
  const errors = unusable
    .filter(([, given]) => given)
    .map(([name]) => forbidden(`spec.${name}`, 'may not be set for ExternalName services'))
  const name = text(spec['externalName']).replace(/\.$/, '')
  if (name === '') return [...errors, required('spec.externalName')]
  return [...errors, ...invalidEach('spec.externalName', name, dnsSubdomain(name))]
}

function isListed(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0
}

function portErrors(ports: readonly Json[]): FieldError[] {
  const names = new Set<string>()
  return ports.flatMap((port, index) => {
    const field = `spec.ports[${index}]`
    const [name, protocol] = [text(port['name']), port['appProtocol']]
    const errors: FieldError[] = []
    if (name === '' && ports.length > 1) errors.push(required(`${field}.name`))
    if (name !== '') {
      errors.push(...invalidEach(`${field}.name`, name, dnsLabel(name)))
      if (names.has(name)) errors.push(duplicate(`${field}.name`, name))
      names.add(name)
    }
    errors.push(...invalidEach(`${field}.port`, number(port['port']), portNumber(number(port['port']))))
    errors.push(...protocolErrors(text(port['protocol']), `${field}.protocol`))
    errors.push(...portErrorsOf(port['targetPort'], `${field}.targetPort`))
    if (typeof protocol === 'string')
      errors.push(...invalidEach(`${field}.appProtocol`, protocol, qualifiedName(protocol)))
    return errors
  })
}

const affinities = ['ClientIP', 'None']
const longestAffinity = 86400

function affinityErrors(affinity: string, config: unknown): FieldError[] {
  const field = 'spec.sessionAffinityConfig'
  if (affinity === '') return [required('spec.sessionAffinity')]
  if (!affinities.includes(affinity)) return [notSupported('spec.sessionAffinity', affinity, affinities)]
  if (affinity === 'None')
    return isRecord(config) ? [forbidden(field, 'must not be set when session affinity is None')] : []
  const seconds = number(at(config, 'clientIP', 'timeoutSeconds'))
  if (seconds > 0 && seconds <= longestAffinity) return []
  const detail = `must be greater than 0 and less than ${longestAffinity}`
  return [invalid(`${field}.clientIP.timeoutSeconds`, seconds, detail)]
}

const families = ['IPv4', 'IPv6']
const familyPolicies = ['PreferDualStack', 'RequireDualStack', 'SingleStack']

/** The addresses inside the cluster and their families. */
function addressErrors(spec: Json): FieldError[] {
  const [ip, ips] = [text(spec['clusterIP']), texts(spec['clusterIPs'])]
  const policy = spec['ipFamilyPolicy']
  const field = 'spec.clusterIPs'
  const printed = new GoText(goStrings(ips))
  const asked = texts(spec['ipFamilies'])
  const errors: FieldError[] = []
  if (ip !== '' && ips.length === 0) errors.push(required(field))
  else if (ip !== '' && ips[0] !== ip) errors.push(invalid(field, printed, 'element [0] must match clusterIP'))
  else if (ip === '' && ips.length > 0) errors.push(invalid(field, printed, 'must be empty when clusterIP is empty'))
  for (const [index, family] of asked.entries()) {
    const path = `spec.ipFamilies[${index}]`
    if (!families.includes(family)) errors.push(notSupported(path, family, families))
    if (asked.indexOf(family) < index) errors.push(duplicate(path, family))
  }
  if (typeof policy === 'string' && !familyPolicies.includes(policy))
    errors.push(notSupported('spec.ipFamilyPolicy', policy, familyPolicies))
  const wrong = formErrors(ips, field, printed)
  if (ips.length > 2) wrong.push(invalid(field, printed, 'may only hold up to 2 values'))
  const alike = ips.length > 1 && wrong.length === 0 && new Set(ips.map((one) => one.includes(':'))).size === 1
  if (alike) wrong.push(invalid(field, printed, 'may specify no more than one IP for each IP family'))
  return [...errors, ...wrong]
}

function formErrors(ips: readonly string[], field: string, printed: GoText): FieldError[] {
  return ips.flatMap((ip, index) => {
    if (ip !== 'None' || index > 0) return invalidEach(`${field}[${index}]`, ip, ipAddress(ip))
    return ips.length > 1 ? [invalid(field, printed, "'None' must be the first and only value")] : []
  })
}

function externalErrors(ip: string, index: number): FieldError[] {
  const field = `spec.externalIPs[${index}]`
  const wrong = ipAddress(ip)
  return wrong.length > 0 ? invalidEach(field, ip, wrong) : unusualAddressErrors(ip, field)
}

function nodePortErrors(ports: readonly Json[], type: string): FieldError[] {
  const taken = new Set<string>()
  const given = ports.map((port, index) => ({
    nodePort: number(port['nodePort']),
    protocol: text(port['protocol']),
    field: `spec.ports[${index}].nodePort`,
  }))
  const used = given.filter(({ nodePort }) => nodePort !== 0)
  const unusable = type === 'ClusterIP' ? used : []
  return [
    ...unusable.map(({ field }) => forbidden(field, "may not be used when `type` is 'ClusterIP'")),
    ...used.flatMap(({ nodePort, protocol, field }) => {
      const key = `${protocol}/${nodePort}`
      if (taken.has(key)) return [duplicate(field, nodePort)]
      taken.add(key)
      return []
    }),
  ]
}

function duplicatePortErrors(ports: readonly Json[]): FieldError[] {
  const seen = new Set<string>()
  return ports.flatMap((port, index) => {
    const key = `${text(port['protocol'])}/${number(port['port'])}`
    if (!seen.has(key)) {
      seen.add(key)
      return []
    }
    const printed = `core.ServicePort{Name:"", Protocol:${goQuote(text(port['protocol']))}, AppProtocol:(*string)(nil), Port:${number(port['port'])}, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}`
    return [duplicate(`spec.ports[${index}]`, new GoText(printed))]
  })
}

const rangesAnnotation = 'service.beta.kubernetes.io/load-balancer-source-ranges'

function sourceRangeErrors({ metadata }: KubeObject, spec: Json): FieldError[] {
  const [listed, annotation] = [texts(spec['loadBalancerSourceRanges']), metadata.annotations?.[rangesAnnotation]]
  if (listed.length === 0 && annotation === undefined) return []
  const field = listed.length > 0 ? 'spec.LoadBalancerSourceRanges' : `metadata.annotations[${rangesAnnotation}]`
  const told = listed.length > 0 ? `[${listed.join(' ')}]` : (annotation ?? '')
  const ranges = listed.length > 0 ? listed : (annotation ?? '').trim().split(',').filter(Boolean)
  const detail = 'must be a list of IP ranges. For example, 10.240.0.0/24,10.250.0.0/24 '
  return [
    ...(spec['type'] === 'LoadBalancer' ? [] : [forbidden(field, onlyForBalancers)]),
    ...(ranges.every((range) => parseNetwork(range.trim())) ? [] : [invalid(field, told, detail)]),
  ]
}

const onlyForBalancers = "may only be used when `type` is 'LoadBalancer'"

function balancerErrors(spec: Json): FieldError[] {
  const balanced = spec['type'] === 'LoadBalancer'
  const { loadBalancerClass: className, allocateLoadBalancerNodePorts: allocates } = spec
  const errors =
    balanced || typeof allocates !== 'boolean'
      ? []
      : [forbidden('spec.allocateLoadBalancerNodePorts', onlyForBalancers)]
  if (typeof className !== 'string') return errors
  const field = 'spec.loadBalancerClass'
  return balanced
    ? [...errors, ...invalidEach(field, className, qualifiedName(className))]
    : [...errors, forbidden(field, onlyForBalancers)]
}

const trafficPolicies = ['Cluster', 'Local']

function trafficErrors(spec: Json): FieldError[] {
  const [policy, port, inside] = [
    text(spec['externalTrafficPolicy']),
    number(spec['healthCheckNodePort']),
    spec['internalTrafficPolicy'],
  ]
  const field = 'spec.externalTrafficPolicy'
  const known = policy === '' || trafficPolicies.includes(policy)
  return [
    ...(known ? [] : [invalid(field, policy, 'ExternalTrafficPolicy must be empty, Cluster or Local')]),
    ...(port < 0 ? [invalid('spec.healthCheckNodePort', port, 'HealthCheckNodePort must be not less than 0')] : []),
    ...(typeof inside === 'string' && !trafficPolicies.includes(inside)
      ? [notSupported('spec.internalTrafficPolicy', inside, trafficPolicies)]
      : []),
    ...(known ? combinationErrors(spec, policy, port) : []),
  ]
}

function combinationErrors(spec: Json, policy: string, port: number): FieldError[] {
  const outside = 'ExternalTrafficPolicy can only be set on NodePort and LoadBalancer service'
  const health = 'HealthCheckNodePort can only be set on LoadBalancer service with ExternalTrafficPolicy=Local'
  return [
    ...(policy === '' || needsNodePort(spec) ? [] : [invalid('spec.externalTrafficPolicy', policy, outside)]),
    ...(port === 0 || needsHealthPort(spec) ? [] : [invalid('spec.healthCheckNodePort', port, health)]),
  ]
}

/** The addresses inside the cluster and the kind of load balancer stay. */
export function serviceChanges(spec: Json, before: Json): FieldError[] {
  return [...clusterIpChanges(spec, before), ...balancerChanges(spec, before)]
}

function clusterIpChanges(spec: Json, before: Json): FieldError[] {
  if (!needsClusterIp(spec) || !needsClusterIp(before)) return []
  const [ips, old] = [texts(spec['clusterIPs']), texts(before['clusterIPs'])]
  const printed = new GoText(goStrings(isListed(spec['clusterIPs']) ? ips : undefined))
  if (ips.length < old.length && ips.length === 0) {
    return [invalid('spec.clusterIPs[0]', printed, 'primary clusterIP can not be unset')]
  }
  return old.flatMap((ip, index) =>
    ip === ips[index] ? [] : [invalid(`spec.clusterIPs[${index}]`, printed, 'may not change once set')],
  )
}

function balancerChanges(spec: Json, before: Json): FieldError[] {
  const both = spec['type'] === 'LoadBalancer' && before['type'] === 'LoadBalancer'
  const name = spec['loadBalancerClass']
  if (!both || name === before['loadBalancerClass']) return []
  return [invalid('spec.loadBalancerClass', name, 'may not change once set')]
}
