import { randomInt } from 'node:crypto'
import type { Api } from '../verbs/api.ts'
import * as refusals from '../refusals.ts'
import type { FieldError, KubeObject } from '../resource.ts'
import { ageColumn, column, labelText, nameColumn, orNone } from './columns.ts'
import { portErrorsOf, protocolErrors } from './container-validation.ts'
import { duplicate, forbidden, invalid, invalidEach, notSupported, required } from './field-errors.ts'
import { GoText, goQuote, goStrings } from './go-print.ts'
import { kind } from './kind.ts'
import { validateLabels } from './metadata.ts'
import { dnsLabel, dnsSubdomain, ipAddress, portNumber } from './names.ts'
import { at, ensure, fill, isRecord, list, number, record, records, same, text, texts, type Json } from './read.ts'

const serviceTypes = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const needsNodePort = (spec: Json): boolean => spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer'
const needsClusterIp = (spec: Json): boolean => spec['type'] !== 'ExternalName'
const isHeadless = (spec: Json): boolean => texts(spec['clusterIPs'])[0] === 'None'

export const service = kind({
  apiVersion: 'v1',
  kind: 'Service',
  plural: 'services',
  shortNames: ['svc'],
  categories: ['all'],
  subresources: ['status'],
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  nameRule: 'dns-1035-label',
  versionRequired: true,
  changesFirst: true,
  setDefaults: (object) => defaultService(ensure(object, 'spec')),
  prepareForCreate(object) {
    const spec = ensure(object, 'spec')
    repeatClusterIp(spec)
    if (needsClusterIp(spec)) fillFamilies(spec)
  },
  prepareForUpdate(object, old) {
    const [spec, before] = [ensure(object, 'spec'), record(old.spec)]
    followClusterIp(spec, before)
    keepNodePorts(spec, before)
    dropWithType(spec, before)
  },
  validate: (object) => serviceErrors(record(object.spec)),
  validateUpdate: (object, old) => clusterIpChanges(record(object.spec), record(old.spec)),
  // A dry run shows the node ports, but no address.
  allocate(object, api, _old, dryRun) {
    const spec = ensure(object, 'spec')
    if (needsClusterIp(spec) && !dryRun) {
      fillFamilies(spec)
      allocateClusterIp(object, spec, api)
    }
    if (needsNodePort(spec)) allocateNodePorts(object, spec, api)
  },
  columns: [
    nameColumn,
    column('Service', 'Type', (object) => text(at(object, 'spec', 'type'))),
    column('Service', 'Cluster-IP', (object) =>
      orNone(texts(at(object, 'spec', 'clusterIPs'))[0] ?? text(at(object, 'spec', 'clusterIP'))),
    ),
    column('Service', 'External-IP', externalIp),
    column('Service', 'Port(s)', portsText),
    ageColumn,
    column('Service', 'Selector', (object) => labelText(at(object, 'spec', 'selector')), { wide: true }),
  ],
})

function defaultService(spec: Json): void {
  for (const name of ['sessionAffinity', 'type']) if (spec[name] === '') delete spec[name]
  fill(spec, { sessionAffinity: 'None', type: 'ClusterIP' })
  if (spec['sessionAffinity'] === 'ClientIP') {
    fill(ensure(ensure(spec, 'sessionAffinityConfig'), 'clientIP'), { timeoutSeconds: 10800 })
  }
  for (const port of list(spec['ports']).filter(isRecord)) {
    if (text(port['protocol']) === '') port['protocol'] = 'TCP'
    const target = port['targetPort']
    if (target === undefined || target === null || target === 0 || target === '') port['targetPort'] = port['port'] ?? 0
  }
  if (needsNodePort(spec)) spec['externalTrafficPolicy'] ??= 'Cluster'
}

function repeatClusterIp(spec: Json): void {
  const ip = text(spec['clusterIP'])
  if (ip !== '' && list(spec['clusterIPs']).length === 0) spec['clusterIPs'] = [ip]
}

function fillFamilies(spec: Json): void {
  fill(spec, { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' })
}

/** `clusterIP` leads: who changes or clears it means `clusterIPs` too, if that was not changed as well. */
function followClusterIp(spec: Json, before: Json): void {
  const [ip, old] = [text(spec['clusterIP']), text(before['clusterIP'])]
  if (ip !== old && same(spec['clusterIPs'], before['clusterIPs'])) {
    if (ip === '') delete spec['clusterIPs']
    else spec['clusterIPs'] = [ip]
  }
  repeatClusterIp(spec)
}

const portKey = (port: Json): string => `${text(port['protocol'])}/${number(port['port'])}`

function keepNodePorts(spec: Json, before: Json): void {
  if (!needsNodePort(spec) || !needsNodePort(before)) return
  const known = new Map(records(before['ports']).map((port) => [portKey(port), number(port['nodePort'])]))
  for (const port of list(spec['ports']).filter(isRecord)) {
    const kept = known.get(portKey(port))
    if (number(port['nodePort']) === 0 && kept) port['nodePort'] = kept
  }
}

/** What belonged to the old type goes with it, unless the caller has changed it. */
function dropWithType(spec: Json, before: Json): void {
  if (needsClusterIp(before) && !needsClusterIp(spec) && same(spec['clusterIPs'], before['clusterIPs'])) {
    for (const name of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) delete spec[name]
  }
  if (!needsNodePort(before) || needsNodePort(spec)) return
  const [now, then] = [list(spec['ports']).filter(isRecord), records(before['ports'])]
  const sameNodePorts = now.every((port, index) => same(port['nodePort'], then[index]?.['nodePort']))
  if (sameNodePorts) for (const port of now) delete port['nodePort']
  if (same(spec['externalTrafficPolicy'], before['externalTrafficPolicy'])) delete spec['externalTrafficPolicy']
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

function isListed(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0
}

function serviceErrors(spec: Json): FieldError[] {
  const ports = records(spec['ports'])
  const type = text(spec['type'])
  return [
    ...(ports.length === 0 && needsClusterIp(spec) && !isHeadless(spec) ? [required('spec.ports')] : []),
    ...typeErrors(spec, type),
    ...portErrors(ports),
    ...validateLabels(spec['selector'], 'spec.selector'),
    ...affinityErrors(text(spec['sessionAffinity'])),
    ...clusterIpErrors(texts(spec['clusterIPs'])),
    ...texts(spec['externalIPs']).flatMap((ip, index) => invalidEach(`spec.externalIPs[${index}]`, ip, ipAddress(ip))),
    ...(serviceTypes.includes(type) ? [] : [notSupported('spec.type', type, serviceTypes)]),
    ...nodePortErrors(ports, type),
    ...duplicatePortErrors(ports),
    ...trafficErrors(spec),
  ]
}

function typeErrors(spec: Json, type: string): FieldError[] {
  if (needsNodePort(spec)) {
    if (!isHeadless(spec)) return []
    return [invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`)]
  }
  if (needsClusterIp(spec)) return []
  const errors = isListed(spec['clusterIPs'])
    ? [forbidden('spec.clusterIPs', 'may not be set for ExternalName services')]
    : []
  const name = text(spec['externalName']).replace(/\.$/, '')
  if (name === '') return [...errors, required('spec.externalName')]
  return [...errors, ...invalidEach('spec.externalName', name, dnsSubdomain(name))]
}

function portErrors(ports: Json[]): FieldError[] {
  const names = new Set<string>()
  return ports.flatMap((port, index) => {
    const field = `spec.ports[${index}]`
    const name = text(port['name'])
    const errors: FieldError[] = []
    if (name === '' && ports.length > 1) errors.push(required(`${field}.name`))
    if (name !== '') {
      errors.push(...invalidEach(`${field}.name`, name, dnsLabel(name)))
      if (names.has(name)) errors.push(duplicate(`${field}.name`, name))
      names.add(name)
    }
    errors.push(...invalidEach(`${field}.port`, number(port['port']), portNumber(number(port['port']))))
    errors.push(...protocolErrors(text(port['protocol']), `${field}.protocol`))
    return [...errors, ...portErrorsOf(port['targetPort'], `${field}.targetPort`)]
  })
}

function affinityErrors(affinity: string): FieldError[] {
  const supported = ['ClientIP', 'None']
  if (affinity === '') return [required('spec.sessionAffinity')]
  return supported.includes(affinity) ? [] : [notSupported('spec.sessionAffinity', affinity, supported)]
}

function clusterIpErrors(ips: string[]): FieldError[] {
  return ips.flatMap((ip, index) =>
    ip === 'None' && index === 0 ? [] : invalidEach(`spec.clusterIPs[${index}]`, ip, ipAddress(ip)),
  )
}

function nodePortErrors(ports: Json[], type: string): FieldError[] {
  const taken = new Set<string>()
  return ports.flatMap((port, index) => {
    const nodePort = number(port['nodePort'])
    const field = `spec.ports[${index}].nodePort`
    if (nodePort === 0) return []
    if (type === 'ClusterIP') return [forbidden(field, "may not be used when `type` is 'ClusterIP'")]
    const key = `${text(port['protocol'])}/${nodePort}`
    if (taken.has(key)) return [duplicate(field, nodePort)]
    taken.add(key)
    return []
  })
}

function duplicatePortErrors(ports: Json[]): FieldError[] {
  const seen = new Set<string>()
  return ports.flatMap((port, index) => {
    const key = portKey(port)
    if (!seen.has(key)) {
      seen.add(key)
      return []
    }
    const printed = `core.ServicePort{Name:"", Protocol:${goQuote(text(port['protocol']))}, AppProtocol:(*string)(nil), Port:${number(port['port'])}, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}`
    return [duplicate(`spec.ports[${index}]`, new GoText(printed))]
  })
}

function trafficErrors(spec: Json): FieldError[] {
  const policy = text(spec['externalTrafficPolicy'])
  if (policy === '') return []
  const field = 'spec.externalTrafficPolicy'
  if (policy !== 'Local' && policy !== 'Cluster') {
    return [invalid(field, policy, 'ExternalTrafficPolicy must be empty, Cluster or Local')]
  }
  if (needsNodePort(spec)) return []
  return [invalid(field, policy, 'ExternalTrafficPolicy can only be set on NodePort and LoadBalancer service')]
}

const serviceRange = '10.43.0.0/16'
const [firstNodePort, lastNodePort] = [30000, 32767]

function others(object: KubeObject, api: Api): Json[] {
  return api
    .list(api.type('v1', 'Service'))
    .filter(({ metadata }) => metadata.uid !== object.metadata.uid)
    .map((one) => record(one.spec))
}

function refuse(object: KubeObject, error: FieldError): never {
  throw refusals.invalid({ group: '', kind: 'Service' }, object.metadata.name ?? '', [error])
}

function allocateClusterIp(object: KubeObject, spec: Json, api: Api): void {
  const wanted = text(spec['clusterIP'])
  if (wanted === 'None') return
  const taken = new Set(others(object, api).map((one) => text(one['clusterIP'])))
  const ip = wanted === '' ? freeIp(taken) : wanted
  const problem = wanted === '' ? undefined : ipProblem(ip, taken)
  if (problem !== undefined) {
    const detail = `failed to allocated ip:${ip} with error:${problem}`
    refuse(object, invalid('spec.clusterIPs', new GoText(goStrings([ip])), detail))
  }
  Object.assign(spec, { clusterIP: ip, clusterIPs: [ip] })
}

function ipProblem(ip: string, taken: ReadonlySet<string>): string | undefined {
  if (!ip.startsWith('10.43.'))
    return `provided IP is not in the valid range. The range of valid IPs is ${serviceRange}`
  return taken.has(ip) ? 'provided IP is already allocated' : undefined
}

function freeIp(taken: ReadonlySet<string>): string {
  for (;;) {
    const ip = `10.43.${randomInt(256)}.${randomInt(1, 255)}`
    if (!taken.has(ip)) return ip
  }
}

function allocateNodePorts(object: KubeObject, spec: Json, api: Api): void {
  const taken = new Set<number>()
  for (const one of others(object, api)) for (const port of records(one['ports'])) taken.add(number(port['nodePort']))
  const ports = list(spec['ports']).filter(isRecord)
  const own = new Map<number, string>()
  for (const [index, port] of ports.entries()) {
    const wanted = number(port['nodePort'])
    if (wanted === 0) continue
    const problem = nodePortProblem(wanted, taken)
    if (problem !== undefined) refuse(object, invalid(`spec.ports[${index}].nodePort`, wanted, problem))
    own.set(wanted, text(port['protocol']))
  }
  for (const port of ports) {
    if (number(port['nodePort']) !== 0) continue
    const free = freeNodePort(new Set([...taken, ...own.keys()]))
    if (free === undefined) throw refusals.internalError('failed to allocate a nodePort: range is full')
    port['nodePort'] = free
    own.set(free, text(port['protocol']))
  }
}

function nodePortProblem(port: number, taken: ReadonlySet<number>): string | undefined {
  if (port < firstNodePort || port > lastNodePort) {
    return `provided port is not in the valid range. The range of valid ports is ${firstNodePort}-${lastNodePort}`
  }
  return taken.has(port) ? 'provided port is already allocated' : undefined
}

function freeNodePort(taken: ReadonlySet<number>): number | undefined {
  const size = lastNodePort - firstNodePort + 1
  const start = randomInt(size)
  for (let step = 0; step < size; step += 1) {
    const port = firstNodePort + ((start + step) % size)
    if (!taken.has(port)) return port
  }
  return undefined
}

function externalIp(object: KubeObject): string {
  const spec = record(object.spec)
  const given = texts(spec['externalIPs'])
  switch (spec['type']) {
    case 'ExternalName':
      return text(spec['externalName'])
    case 'LoadBalancer': {
      const ingress = records(at(object, 'status', 'loadBalancer', 'ingress')).map(
        (one) => text(one['ip']) || text(one['hostname']),
      )
      const all = [...ingress, ...given]
      return all.length === 0 ? '<pending>' : all.join(',')
    }
    default:
      return orNone(given.join(','))
  }
}

function portsText(object: KubeObject): string {
  const ports = records(at(object, 'spec', 'ports')).map((port) => {
    const nodePort = number(port['nodePort'])
    const shown = nodePort > 0 ? `${number(port['port'])}:${nodePort}` : String(number(port['port']))
    return `${shown}/${text(port['protocol'])}`
  })
  return orNone(ports.join(','))
}
