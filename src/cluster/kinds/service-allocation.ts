import { randomInt } from 'node:crypto'
import type { Api } from '../verbs/api.ts'
import * as refusals from '../refusals.ts'
import type { FieldError, KubeObject } from '../resource.ts'
import { invalid } from './field-errors.ts'
import { GoText, goStrings } from './go-print.ts'
import { isRecord, list, number, record, records, same, text, texts, type Json } from './read.ts'
import { isHeadless, needsClusterIp, needsHealthPort, needsNodePort } from './service-validation.ts'

/** What a Service is given: address, families, node ports; and what it keeps of that when it changes. */

export function repeatClusterIp(spec: Json): void {
  const ip = text(spec['clusterIP'])
  if (ip !== '' && list(spec['clusterIPs']).length === 0) spec['clusterIPs'] = [ip]
}

/** The cluster has addresses of one family. Whoever names the endpoints of a headless Service may have both. */
export function fillFamilies(spec: Json): void {
  const families = texts(spec['ipFamilies'])
  const alone = isHeadless(spec) && Object.keys(record(spec['selector'])).length === 0
  spec['ipFamilyPolicy'] ??= alone || families.length === 2 ? 'RequireDualStack' : 'SingleStack'
  if (families.length === 0) spec['ipFamilies'] = ['IPv4']
  if (!alone || spec['ipFamilyPolicy'] === 'SingleStack' || families.length === 2) return
  spec['ipFamilies'] = families[0] === 'IPv6' ? ['IPv6', 'IPv4'] : ['IPv4', 'IPv6']
}

/** Families that the cluster does not have. Raises 422. */
export function refuseFamilies(object: KubeObject, spec: Json): void {
  const [ips, families] = [texts(spec['clusterIPs']), texts(spec['ipFamilies'])]
  const printed = new GoText(goStrings(ips.length > 0 ? ips : undefined))
  const policy = text(spec['ipFamilyPolicy'])
  const field = 'spec.ipFamilyPolicy'
  const several = [...(ips.length === 2 ? ['clusterIPs'] : []), ...(families.length === 2 ? ['ipFamilies'] : [])]
  if (policy === 'SingleStack' && several.length > 0) {
    const details = several.map(
      (name) => `must be RequireDualStack or PreferDualStack when multiple '${name}' are specified`,
    )
    refuse(
      object,
      details.map((detail) => invalid(field, policy, detail)),
    )
  }
  if (isHeadless(spec) && Object.keys(record(spec['selector'])).length === 0) return
  const foreign = families.flatMap((family, index) =>
    family === 'IPv4'
      ? []
      : [invalid(`spec.ipFamilies[${index}]`, printed, `ipfamily ${family} is not configured on cluster`)],
  )
  const dual = invalid(field, policy, 'Cluster is not configured for dual stack services')
  const errors = [...(policy === 'RequireDualStack' ? [dual] : []), ...foreign]
  if (errors.length > 0) refuse(object, errors)
}

/** What a caller leaves out of what was given stays; what a change of type makes useless goes. */
export function keepAllocated(spec: Json, before: Json): void {
  followClusterIp(spec, before)
  keepNodePorts(spec, before)
  if (needsHealthPort(spec) && needsHealthPort(before)) spec['healthCheckNodePort'] ??= before['healthCheckNodePort']
  dropWithType(spec, before)
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

/** By the name of the port, whatever else of it has changed. */
function keepNodePorts(spec: Json, before: Json): void {
  if (!needsNodePort(spec) || !needsNodePort(before)) return
  const old = records(before['ports'])
  const known = new Map(old.map((port) => [text(port['name']), number(port['nodePort'])]))
  const ports = list(spec['ports']).filter(isRecord)
  const named = new Set(ports.map((port) => number(port['nodePort'])))
  for (const port of ports) {
    const kept = known.get(text(port['name']))
    if (number(port['nodePort']) === 0 && kept && !named.has(kept)) port['nodePort'] = kept
  }
}

/** What belonged to the old type goes with it, unless the caller has changed it. */
function dropWithType(spec: Json, before: Json): void {
  const dropUnchanged = (name: string) => {
    if (same(spec[name], before[name])) delete spec[name]
  }
  if (needsClusterIp(before) && !needsClusterIp(spec)) {
    if (same(spec['clusterIP'], before['clusterIP']) && same(spec['clusterIPs'], before['clusterIPs'])) {
      delete spec['clusterIP']
      delete spec['clusterIPs']
    }
    dropUnchanged('ipFamilies')
    dropUnchanged('ipFamilyPolicy')
  }
  if (needsHealthPort(before) && !needsHealthPort(spec)) dropUnchanged('healthCheckNodePort')
  if (before['type'] === 'LoadBalancer' && spec['type'] !== 'LoadBalancer') {
    dropUnchanged('allocateLoadBalancerNodePorts')
    dropUnchanged('loadBalancerClass')
  }
  if (!needsNodePort(before) || needsNodePort(spec)) return
  const [now, then] = [list(spec['ports']).filter(isRecord), records(before['ports'])]
  const sameNodePorts = now.every((port, index) => same(port['nodePort'], then[index]?.['nodePort']))
  if (sameNodePorts) for (const port of now) delete port['nodePort']
  dropUnchanged('externalTrafficPolicy')
}

const serviceRange = '10.43.0.0/16'
const [firstNodePort, lastNodePort] = [30000, 32767]

function others(object: KubeObject, api: Api): Json[] {
  return api
    .listNewest(api.type('v1', 'Service'))
    .filter(({ metadata }) => metadata.uid !== object.metadata.uid)
    .map((one) => record(one.spec))
}

function refuse(object: KubeObject, errors: readonly FieldError[]): never {
  throw refusals.invalid({ group: '', kind: 'Service' }, object.metadata.name ?? '', errors)
}

export function allocateClusterIp(object: KubeObject, spec: Json, api: Api): void {
  const wanted = text(spec['clusterIP'])
  if (wanted === 'None') return
  const taken = new Set(others(object, api).map((one) => text(one['clusterIP'])))
  const ip = wanted === '' ? freeIp(taken) : wanted
  const problem = wanted === '' ? undefined : ipProblem(ip, taken)
  if (problem !== undefined) {
    const detail = `failed to allocated ip:${ip} with error:${problem}`
    refuse(object, [invalid('spec.clusterIPs', new GoText(goStrings([ip])), detail)])
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

function takenNodePorts(object: KubeObject, api: Api): Set<number> {
  const given = others(object, api).flatMap((one) => [
    number(one['healthCheckNodePort']),
    ...records(one['ports']).map((port) => number(port['nodePort'])),
  ])
  return new Set(given)
}

/** Ports of one number, for several protocols, share their node port. */
export function allocateNodePorts(object: KubeObject, spec: Json, api: Api): void {
  const taken = takenNodePorts(object, api)
  const ports = list(spec['ports']).filter(isRecord)
  const own = new Map<number, number>()
  for (const [index, port] of ports.entries()) {
    const wanted = number(port['nodePort'])
    if (wanted === 0) continue
    const problem = nodePortProblem(wanted, taken)
    if (problem !== undefined) refuse(object, [invalid(`spec.ports[${index}].nodePort`, wanted, problem)])
    if (!own.has(number(port['port']))) own.set(number(port['port']), wanted)
  }
  for (const port of ports) {
    if (number(port['nodePort']) !== 0) continue
    const free = own.get(number(port['port'])) ?? freeNodePort(new Set([...taken, ...own.values()]))
    if (free === undefined) throw refusals.internalError('failed to allocate a nodePort: range is full')
    port['nodePort'] = free
    own.set(number(port['port']), free)
  }
}

/** Where a load balancer asks whether a node has pods of the Service. */
export function allocateHealthPort(object: KubeObject, spec: Json, api: Api, before: Json): void {
  const [wanted, old] = [number(spec['healthCheckNodePort']), number(before['healthCheckNodePort'])]
  if (wanted !== 0 && wanted === old) return
  if (needsHealthPort(before)) {
    const detail = 'cannot change healthCheckNodePort on loadBalancer service with externalTraffic=Local during update'
    refuse(object, [invalid('spec.healthCheckNodePort', wanted, detail)])
  }
  const own = records(spec['ports']).map((port) => number(port['nodePort']))
  const taken = new Set([...takenNodePorts(object, api), ...own])
  const problem = wanted === 0 ? undefined : nodePortProblem(wanted, taken)
  if (problem !== undefined)
    throw refusals.internalError(`failed to allocate requested HealthCheck NodePort ${wanted}: ${problem}`)
  spec['healthCheckNodePort'] = wanted === 0 ? freeNodePort(taken) : wanted
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
