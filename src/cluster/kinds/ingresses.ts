import type { FieldError, KubeObject } from '../resource.ts'
import { ageColumn, column, nameColumn, orNone, plain } from './columns.ts'
import { forbidden, invalid, invalidEach, notSupported, required, tooLong } from './field-errors.ts'
import { GoText } from './go-print.ts'
import { kind } from './kind.ts'
import {
  dns1035Label,
  dnsLabel,
  dnsSubdomain,
  httpPath,
  ipAddress,
  pathSegment,
  portName,
  portNumber,
  wildcardSubdomain,
} from './names.ts'
import { at, isRecord, list, number, record, records, text, texts, type Json } from './read.ts'

/** How traffic comes in from outside: Ingress and IngressClass. Kept and shown; nobody here forwards anything. */

const shownHosts = 3
const classAnnotation = 'kubernetes.io/ingress.class'

export const ingress = kind({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  plural: 'ingresses',
  shortNames: ['ing'],
  subresources: ['status'],
  generation: true,
  versionRequired: true,
  validate: (object) => ingressErrors(record(object.spec)),
  validateCreate: namedTwice,
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

function ingressErrors(spec: Json): FieldError[] {
  const { defaultBackend, ingressClassName: className } = spec
  const rules = records(spec['rules'])
  const nothing = new GoText('[]networking.IngressRule(nil)')
  return [
    ...(rules.length === 0 && !isRecord(defaultBackend)
      ? [invalid('spec', nothing, 'either `defaultBackend` or `rules` must be specified')]
      : []),
    ...(isRecord(defaultBackend) ? backendErrors(defaultBackend, 'spec.defaultBackend') : []),
    ...rules.flatMap((rule, index) => ruleErrors(rule, `spec.rules[${index}]`)),
    ...records(spec['tls']).flatMap((one, index) => tlsErrors(one, `spec.tls[${index}]`)),
    ...(typeof className === 'string' ? invalidEach('spec.ingressClassName', className, dnsSubdomain(className)) : []),
  ]
}

/** The class is named by the field, or by the annotation of old, but not by both. */
function namedTwice(object: KubeObject): FieldError[] {
  const annotation = object.metadata.annotations?.[classAnnotation]
  if (annotation === undefined || typeof at(object, 'spec', 'ingressClassName') !== 'string') return []
  return [invalid(`annotations.${classAnnotation}`, annotation, 'can not be set when the class field is also set')]
}

function hostProblems(host: string): string[] {
  return host.includes('*') ? wildcardSubdomain(host) : dnsSubdomain(host)
}

function ruleErrors(rule: Json, field: string): FieldError[] {
  const [host, http] = [text(rule['host']), rule['http']]
  const isAddress = host !== '' && ipAddress(host).length === 0
  return [
    ...(isAddress ? [invalid(`${field}.host`, host, 'must be a DNS name, not an IP address')] : []),
    ...(host === '' ? [] : invalidEach(`${field}.host`, host, hostProblems(host))),
    ...(isRecord(http) ? pathsErrors(records(http['paths']), `${field}.http.paths`) : []),
  ]
}

function pathsErrors(paths: readonly Json[], field: string): FieldError[] {
  if (paths.length === 0) return [required(field)]
  return paths.flatMap((path, index) => pathErrors(path, `${field}[${index}]`))
}

function pathErrors(path: Json, field: string): FieldError[] {
  if ((path['pathType'] ?? undefined) === undefined)
    return [required(`${field}.pathType`, 'pathType must be specified')]
  return [
    ...typedPathErrors(text(path['pathType']), text(path['path']), field),
    ...backendErrors(record(path['backend']), `${field}.backend`),
  ]
}

const forbiddenSequences = ['//', '/./', '/../', '%2f', '%2F']
const forbiddenSuffixes = ['/..', '/.']
const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix']

function typedPathErrors(type: string, path: string, field: string): FieldError[] {
  if (!pathTypes.includes(type)) return [notSupported(`${field}.pathType`, type, pathTypes)]
  const literal = type !== 'ImplementationSpecific'
  const absolute = path.startsWith('/') || (path === '' && !literal)
  const problems = absolute ? [] : ['must be an absolute path']
  if (literal) {
    problems.push(...forbiddenSequences.filter((one) => path.includes(one)).map((one) => `must not contain '${one}'`))
    problems.push(...forbiddenSuffixes.filter((one) => path.endsWith(one)).map((one) => `cannot end with '${one}'`))
  }
  return invalidEach(`${field}.path`, path, problems)
}

function backendErrors(backend: Json, field: string): FieldError[] {
  const { resource, service } = backend
  if (isRecord(resource) && isRecord(service))
    return [invalid(field, '', 'cannot set both resource and service backends')]
  if (isRecord(resource)) return referenceErrors(resource, `${field}.resource`)
  if (isRecord(service))
    return [...serviceNameErrors(text(service['name']), field), ...servicePortErrors(service, field)]
  return [invalid(field, '', 'resource or service backend is required')]
}

function serviceNameErrors(name: string, field: string): FieldError[] {
  const path = `${field}.service.name`
  return name === '' ? [required(path)] : invalidEach(path, name, dns1035Label(name))
}

function servicePortErrors(service: Json, field: string): FieldError[] {
  const port = record(service['port'])
  const [name, value] = [text(port['name']), number(port['number'])]
  if (name !== '' && value !== 0) return [invalid(field, '', 'cannot set both port name & port number')]
  if (name !== '') return invalidEach(`${field}.service.port.name`, name, portName(name))
  if (value !== 0) return invalidEach(`${field}.service.port.number`, value, portNumber(value))
  return [required(field, 'port name or number is required')]
}

function tlsErrors(tls: Json, field: string): FieldError[] {
  const secret = text(tls['secretName'])
  return [
    ...texts(tls['hosts']).flatMap((host, index) => invalidEach(`${field}.hosts[${index}]`, host, hostProblems(host))),
    ...(secret === '' ? [] : invalidEach(`${field}.secretName`, secret, dnsSubdomain(secret))),
  ]
}

function referenceErrors(reference: Json, field: string): FieldError[] {
  const group = reference['apiGroup']
  return [
    ...(typeof group === 'string' ? invalidEach(`${field}.apiGroup`, group, dnsSubdomain(group)) : []),
    ...['kind', 'name'].flatMap((key) => {
      const value = text(reference[key])
      const path = `${field}.${key}`
      return value === '' ? [required(path, `${key} is required`)] : invalidEach(path, value, pathSegment(value))
    }),
  ]
}

function ingressClassOf(object: KubeObject): string {
  const annotation = object.metadata.annotations?.[classAnnotation]
  return annotation ?? orNone(text(at(object, 'spec', 'ingressClassName')))
}

function ingressHosts(object: KubeObject): string {
  const hosts = records(at(object, 'spec', 'rules')).map((rule) => text(rule['host']) || '*')
  if (hosts.length === 0) return '*'
  const shown = hosts.slice(0, shownHosts).join(',')
  return hosts.length > shownHosts ? `${shown} + ${hosts.length - shownHosts} more...` : shown
}

const longestController = 250

export const ingressClass = kind({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  namespaced: false,
  generation: true,
  changesFirst: true,
  validate: (object) => [
    ...controllerErrors(text(at(object, 'spec', 'controller'))),
    ...parametersErrors(at(object, 'spec', 'parameters'), 'spec.parameters'),
  ],
  validateUpdate: (object, old) => {
    const [controller, before] = [text(at(object, 'spec', 'controller')), text(at(old, 'spec', 'controller'))]
    return controller === before ? [] : [invalid('spec.controller', controller, 'field is immutable')]
  },
  columns: [
    nameColumn,
    column('IngressClass', 'Controller', plain('spec', 'controller')),
    column('IngressClass', 'Parameters', (object) => orNone(text(at(object, 'spec', 'parameters', 'name')))),
    ageColumn,
  ],
})

/** `acme.io/foo`. */
function controllerErrors(controller: string): FieldError[] {
  const field = 'spec.controller'
  const errors = controller.length > longestController ? [tooLong(field, longestController)] : []
  if (controller === '') return [...errors, required(field)]
  const slash = controller.indexOf('/')
  const [host, path] = [controller.slice(0, Math.max(slash, 0)), controller.slice(slash + 1)]
  if (host === '' || path === '')
    return [...errors, invalid(field, controller, 'must be a domain-prefixed path (such as "acme.io/foo")')]
  return [...errors, ...invalidEach(field, host, dnsSubdomain(host)), ...invalidEach(field, path, httpPath(path))]
}

function parametersErrors(parameters: unknown, field: string): FieldError[] {
  if (!isRecord(parameters)) return []
  const { scope, namespace } = parameters
  return [...referenceErrors(parameters, field), ...scopeErrors(scope ?? undefined, namespace ?? undefined, field)]
}

function scopeErrors(scope: unknown, namespace: unknown, field: string): FieldError[] {
  const path = `${field}.namespace`
  if (scope === undefined && namespace === undefined) return []
  switch (scope) {
    case 'Namespace':
      if (namespace === undefined) return [required(path, "`parameters.scope` is set to 'Namespace'")]
      return invalidEach(path, text(namespace), dnsLabel(text(namespace)))
    case 'Cluster':
      return namespace === undefined ? [] : [forbidden(path, "`parameters.scope` is set to 'Cluster'")]
    default:
      return [notSupported(`${field}.scope`, text(scope), ['Cluster', 'Namespace'])]
  }
}
