import type { KubeObject } from '../resource.ts'
import { ageColumn, column, labelText, nameColumn, orNone, plain, selectorText } from './columns.ts'
import { notSupported, required } from './field-errors.ts'
import { kind } from './kind.ts'
import { at, isRecord, list, number, records, text, texts, type Json } from './read.ts'

/** How traffic finds pods, besides Services: Endpoints, EndpointSlice, Ingress, IngressClass, NetworkPolicy. */

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
  columns: [nameColumn, column('Endpoints', 'Endpoints', endpointsText), ageColumn],
})

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
  validate: (object) => {
    const types = ['FQDN', 'IPv4', 'IPv6']
    const type = text(object['addressType'])
    if (type === '') return [required('addressType')]
    return types.includes(type) ? [] : [notSupported('addressType', type, types)]
  },
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

export const ingress = kind({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  plural: 'ingresses',
  shortNames: ['ing'],
  subresources: ['status'],
  generation: true,
  versionRequired: true,
  validate: (object) =>
    list(at(object, 'spec', 'rules')).length === 0 && at(object, 'spec', 'defaultBackend') === undefined
      ? [
          {
            ...required('spec'),
            reason: 'FieldValueInvalid',
            message:
              'Invalid value: []networking.IngressRule(nil): either `defaultBackend` or `rules` must be specified',
          },
        ]
      : records(at(object, 'spec', 'rules')).flatMap(ruleErrors),
  columns: [
    nameColumn,
    column('Ingress', 'Class', ingressClassOf),
    column('Ingress', 'Hosts', ingressHosts),
    column('Ingress', 'Address', (object) =>
      records(at(object, 'status', 'loadBalancer', 'ingress'))
        .map((one) => text(one['ip']) || text(one['hostname']))
        .join(','),
    ),
    column('Ingress', 'Ports', (object) => (list(at(object, 'spec', 'tls')).length > 0 ? '80, 443' : '80')),
    ageColumn,
  ],
})

function ruleErrors(rule: Json, index: number) {
  return records(at(rule, 'http', 'paths')).flatMap((path, at_) => {
    const field = `spec.rules[${index}].http.paths[${at_}].pathType`
    const types = ['Exact', 'Prefix', 'ImplementationSpecific']
    const type = text(path['pathType'])
    if (type === '') return [required(field, 'pathType must be specified')]
    return types.includes(type) ? [] : [notSupported(field, type, types.toSorted())]
  })
}

function ingressClassOf(object: KubeObject): string {
  const annotation = object.metadata.annotations?.['kubernetes.io/ingress.class']
  return annotation ?? orNone(text(at(object, 'spec', 'ingressClassName')))
}

function ingressHosts(object: KubeObject): string {
  const hosts = records(at(object, 'spec', 'rules')).map((rule) => text(rule['host']) || '*')
  if (hosts.length === 0) return '*'
  const shown = hosts.slice(0, shownEndpoints).join(',')
  return hosts.length > shownEndpoints ? `${shown} + ${hosts.length - shownEndpoints} more...` : shown
}

export const ingressClass = kind({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  namespaced: false,
  generation: true,
  columns: [
    nameColumn,
    column('IngressClass', 'Controller', plain('spec', 'controller')),
    column('IngressClass', 'Parameters', (object) => orNone(text(at(object, 'spec', 'parameters', 'name')))),
    ageColumn,
  ],
})

export const networkPolicy = kind({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  shortNames: ['netpol'],
  generation: true,
  columns: [
    nameColumn,
    column('NetworkPolicy', 'Pod-Selector', (object) => {
      const selector = at(object, 'spec', 'podSelector')
      return at(selector, 'matchExpressions') === undefined
        ? labelText(at(selector, 'matchLabels'))
        : selectorText(selector)
    }),
    ageColumn,
  ],
})
