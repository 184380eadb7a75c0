import type { FieldError, KubeObject } from '../resource.ts'
import { ageColumn, column, nameColumn, orNone } from './columns.ts'
import { protocolErrors } from './container-validation.ts'
import { duplicate, invalid, invalidEach, notSupported, required, tooMany } from './field-errors.ts'
import { kind } from './kind.ts'
import { validateLabels } from './metadata.ts'
import { dnsLabel, dnsSubdomain, ipAddress, labelValue, portNumber, qualifiedName } from './names.ts'
import { fill, isRecord, list, number, record, records, text, texts, type Json } from './read.ts'

/** Where a Service's traffic goes: Endpoints and EndpointSlice. */

const shownEndpoints = 3

export const endpoints = kind({
  apiVersion: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  shortNames: ['ep'],
  createOnUpdate: true,
  setDefaults(object) {
    for (const subset of records(object['subsets'])) {
      for (const port of list(subset['ports']).filter(isRecord)) port['protocol'] ||= 'TCP'
    }
  },
  validate: (object) => records(object['subsets']).flatMap((one, index) => subsetErrors(one, `subsets[${index}]`)),
  columns: [nameColumn, column('Endpoints', 'Endpoints', endpointsText), ageColumn],
})

function subsetErrors(subset: Json, field: string): FieldError[] {
  const ports = records(subset['ports'])
  const addresses = ['addresses', 'notReadyAddresses'].flatMap((list_) =>
    records(subset[list_]).map((address, index) => ({ address, path: `${field}.${list_}[${index}]` })),
  )
  return [
    ...(addresses.length === 0 ? [required(field, 'must specify `addresses` or `notReadyAddresses`')] : []),
    ...addresses.flatMap(({ address, path }) => addressErrors(address, path)),
    ...ports.flatMap((port, index) => portErrors(port, ports.length > 1, `${field}.ports[${index}]`)),
  ]
}

function addressErrors(address: Json, field: string): FieldError[] {
  const [ip, hostname] = [text(address['ip']), text(address['hostname'])]
  return [
    ...invalidEach(`${field}.ip`, ip, ipAddress(ip)),
    ...(hostname === '' ? [] : invalidEach(`${field}.hostname`, hostname, dnsLabel(hostname))),
    ...nodeErrors(address['nodeName'], `${field}.nodeName`),
    ...unusualAddressErrors(ip, `${field}.ip`),
  ]
}

function nodeErrors(node: unknown, field: string): FieldError[] {
  return typeof node === 'string' ? invalidEach(field, node, dnsSubdomain(node)) : []
}

/** Addresses that lead nowhere else. */
const unusual: readonly [RegExp, string][] = [
  [/^(0\.0\.0\.0|::)$/, 'may not be unspecified (0.0.0.0)'],
  [/^(127\.|::1$)/, 'may not be in the loopback range (127.0.0.0/8)'],
  [/^(169\.254\.|fe[89ab].:)/i, 'may not be in the link-local range (169.254.0.0/16)'],
  [/^(224\.0\.0\.|ff02:)/i, 'may not be in the link-local multicast range (224.0.0.0/24)'],
]

export function unusualAddressErrors(ip: string, field: string): FieldError[] {
  if (ipAddress(ip).length > 0) return [invalid(field, ip, 'must be a valid IP address')]
  return unusual.flatMap(([pattern, detail]) => (pattern.test(ip) ? [invalid(field, ip, detail)] : []))
}

function portErrors(port: Json, nameRequired: boolean, field: string): FieldError[] {
  const [name, value] = [text(port['name']), number(port['port'])]
  const nameErrors = name === '' ? [] : invalidEach(`${field}.name`, name, dnsLabel(name))
  return [
    ...(nameRequired && name === '' ? [required(`${field}.name`)] : nameErrors),
    ...invalidEach(`${field}.port`, value, portNumber(value)),
    ...protocolErrors(text(port['protocol']), `${field}.protocol`),
    ...appProtocolErrors(port['appProtocol'], `${field}.appProtocol`),
  ]
}

function appProtocolErrors(protocol: unknown, field: string): FieldError[] {
  return typeof protocol === 'string' ? invalidEach(field, protocol, qualifiedName(protocol)) : []
}

function endpointsText(object: KubeObject): string {
  const all = records(object['subsets']).flatMap((subset) => {
    const ips = records(subset['addresses']).map((address) => text(address['ip']))
    const ports = records(subset['ports'])
    if (ports.length === 0) return ips
    return ports.flatMap((port) => ips.map((ip) => `${ip}:${number(port['port'])}`))
  })
  return shortened(all)
}

function shortened(all: readonly string[]): string {
  if (all.length <= shownEndpoints) return orNone(all.join(','))
  return `${all.slice(0, shownEndpoints).join(',')} + ${all.length - shownEndpoints} more...`
}

export const endpointSlice = kind({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  storedVersion: 'v1beta1',
  generation: true,
  setDefaults(object) {
    for (const port of list(object['ports']).filter(isRecord)) fill(port, { name: '', protocol: 'TCP' })
  },
  validate: (object) => [
    ...addressTypeErrors(text(object['addressType'])),
    ...listErrors(object['endpoints'], 'endpoints', mostEndpoints, (one, field) =>
      endpointErrors(one, text(object['addressType']), field),
    ),
    ...slicePortsErrors(object['ports']),
  ],
  validateUpdate: (object, old) =>
    object['addressType'] === old['addressType']
      ? []
      : [invalid('addressType', object['addressType'], 'field is immutable')],
  columns: [
    nameColumn,
    column('EndpointSlice', 'AddressType', (object) => text(object['addressType'])),
    column('EndpointSlice', 'Ports', slicePorts),
    column('EndpointSlice', 'Endpoints', (object) => {
      const all = records(object['endpoints']).flatMap((one) => texts(one['addresses']))
      return all.length === 0 ? '<unset>' : shortened(all)
    }),
    ageColumn,
  ],
})

function slicePorts(object: KubeObject): string {
  const ports = records(object['ports']).map((port) => (typeof port['port'] === 'number' ? String(port['port']) : '*'))
  return ports.length === 0 ? '<unset>' : ports.slice(0, shownEndpoints).join(',')
}

const mostEndpoints = 1000
const mostAddresses = 100
const mostPorts = 20000
const mostZones = 8
const mostTopologyLabels = 16
const addressTypes = ['FQDN', 'IPv4', 'IPv6']

function addressTypeErrors(type: string): FieldError[] {
  if (type === '') return [required('addressType')]
  return addressTypes.includes(type) ? [] : [notSupported('addressType', type, addressTypes)]
}

/** What is wrong with each item; where there are too many, nothing else is looked at. */
function listErrors(
  value: unknown,
  field: string,
  most: number,
  errorsOf: (item: Json, field: string) => FieldError[],
): FieldError[] {
  const items = records(value)
  if (items.length > most) return [tooMany(field, items.length, most)]
  return items.flatMap((item, index) => errorsOf(item, `${field}[${index}]`))
}

function endpointErrors(endpoint: Json, type: string, field: string): FieldError[] {
  const addresses = texts(endpoint['addresses'])
  const topology = record(endpoint['deprecatedTopology'])
  const labels = Object.keys(topology).length
  const { hostname } = endpoint
  return [
    ...(addresses.length === 0 ? [required(`${field}.addresses`, 'must contain at least 1 address')] : []),
    ...(addresses.length > mostAddresses ? [tooMany(`${field}.addresses`, addresses.length, mostAddresses)] : []),
    ...addresses.flatMap((address, index) => sliceAddressErrors(address, type, `${field}.addresses[${index}]`)),
    ...nodeErrors(endpoint['nodeName'], `${field}.nodeName`),
    ...(labels > mostTopologyLabels ? [tooMany(`${field}.deprecatedTopology`, labels, mostTopologyLabels)] : []),
    ...validateLabels(topology, `${field}.deprecatedTopology`),
    ...(typeof hostname === 'string' ? invalidEach(`${field}.hostname`, hostname, dnsLabel(hostname)) : []),
    ...zoneErrors(record(endpoint['hints'])['forZones'], `${field}.hints.forZones`),
  ]
}

function sliceAddressErrors(address: string, type: string, field: string): FieldError[] {
  switch (type) {
    case 'IPv4':
    case 'IPv6': {
      const known = ipAddress(address).length === 0 && address.includes(':') === (type === 'IPv6')
      return [
        ...(known ? [] : [invalid(field, address, `must be a valid ${type} address`)]),
        ...unusualAddressErrors(address, field),
      ]
    }
    case 'FQDN':
      return domainErrors(address, field)
    default:
      return []
  }
}

function domainErrors(domain: string, field: string): FieldError[] {
  if (domain === '') return [required(field)]
  const name = domain.replace(/\.$/, '')
  const labels = name.split('.')
  const problems = dnsSubdomain(name)
  if (problems.length > 0) return [invalid(field, name, problems.join(','))]
  if (labels.length < 2)
    return [invalid(field, name, 'should be a domain with at least two segments separated by dots')]
  const wrong = labels.find((label) => dnsLabel(label).length > 0)
  return wrong === undefined ? [] : [invalid(field, wrong, dnsLabel(wrong).join(','))]
}

function zoneErrors(value: unknown, field: string): FieldError[] {
  const seen = new Set<string>()
  return listErrors(value, field, mostZones, (zone, path) => {
    const name = text(zone['name'])
    const repeated = seen.has(name) ? [duplicate(`${path}.name`, name)] : []
    seen.add(name)
    return [...repeated, ...invalidEach(`${path}.name`, name, labelValue(name))]
  })
}

function slicePortsErrors(value: unknown): FieldError[] {
  const seen = new Set<string>()
  return listErrors(value, 'ports', mostPorts, (port, field) => {
    const name = text(port['name'])
    const repeated = seen.has(name) ? [duplicate(`${field}.name`, name)] : []
    seen.add(name)
    return [
      ...(name === '' ? [] : invalidEach(`${field}.name`, name, dnsLabel(name))),
      ...repeated,
      ...protocolErrors(text(port['protocol']), `${field}.protocol`),
      ...appProtocolErrors(port['appProtocol'], `${field}.appProtocol`),
    ]
  })
}
