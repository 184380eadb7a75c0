import type { FieldError } from '../resource.ts'
import { ageColumn, column, labelText, nameColumn, selectorText } from './columns.ts'
import { forbidden, invalid, invalidEach, notSupported, required } from './field-errors.ts'
import { GoText, goQuote } from './go-print.ts'
import { isStrictlyWithin, parseNetwork } from './ip-addresses.ts'
import { kind } from './kind.ts'
import { portName, portNumber } from './names.ts'
import { at, ensure, isRecord, list, record, records, text, texts, type Json } from './read.ts'
import { validateLabelSelector } from './selector-validation.ts'

export const networkPolicy = kind({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  shortNames: ['netpol'],
  generation: true,
  setDefaults(object) {
    const spec = ensure(object, 'spec')
    const rules = [...records(spec['ingress']), ...records(spec['egress'])]
    for (const port of rules.flatMap((rule) => list(rule['ports']).filter(isRecord))) port['protocol'] ??= 'TCP'
    if (list(spec['policyTypes']).length > 0) return
    spec['policyTypes'] = list(spec['egress']).length > 0 ? ['Ingress', 'Egress'] : ['Ingress']
  },
  validate: (object) => policyErrors(record(object.spec)),
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

const directions = [
  { rules: 'ingress', peers: 'from' },
  { rules: 'egress', peers: 'to' },
] as const

function policyErrors(spec: Json): FieldError[] {
  return [
    ...validateLabelSelector(spec['podSelector'], 'spec.podSelector'),
    ...directions.flatMap(({ rules, peers }) =>
      records(spec[rules]).flatMap((rule, index) => {
        const field = `spec.${rules}[${index}]`
        return [
          ...records(rule['ports']).flatMap((port, at_) => portErrors(port, `${field}.ports[${at_}]`)),
          ...records(rule[peers]).flatMap((peer, at_) => peerErrors(peer, `${field}.${peers}[${at_}]`)),
        ]
      }),
    ),
    ...typeErrors(texts(spec['policyTypes'])),
  ]
}

const policyTypes = ['Ingress', 'Egress']

function typeErrors(types: readonly string[]): FieldError[] {
  if (types.length > policyTypes.length) {
    const printed = new GoText(`[]networking.PolicyType{${types.map(goQuote).join(', ')}}`)
    return [invalid('spec.policyTypes', printed, 'may not specify more than two policyTypes')]
  }
  return types.flatMap((type, index) =>
    policyTypes.includes(type) ? [] : [notSupported(`spec.policyTypes[${index}]`, type, policyTypes)],
  )
}

const protocols = ['TCP', 'UDP', 'SCTP']

function portErrors(port: Json, field: string): FieldError[] {
  const protocol = text(port['protocol'])
  return [
    ...(protocols.includes(protocol) ? [] : [notSupported(`${field}.protocol`, protocol, protocols)]),
    ...numberErrors(port['port'] ?? undefined, port['endPort'], field),
  ]
}

function numberErrors(first: unknown, last: unknown, field: string): FieldError[] {
  const end = `${field}.endPort`
  const wrongEnd = (detail: string): FieldError[] => (typeof last === 'number' ? [invalid(end, last, detail)] : [])
  if (first === undefined) return wrongEnd('may not be specified when `port` is not specified')
  if (typeof first !== 'number') {
    const name = text(first)
    return [
      ...wrongEnd('may not be specified when `port` is non-numeric'),
      ...invalidEach(`${field}.port`, name, portName(name)),
    ]
  }
  const errors = invalidEach(`${field}.port`, first, portNumber(first))
  if (typeof last !== 'number') return errors
  if (last < first) errors.push(invalid(end, first, 'must be greater than or equal to `port`'))
  return [...errors, ...invalidEach(end, last, portNumber(last))]
}

function peerErrors(peer: Json, field: string): FieldError[] {
  const selectors = ['podSelector', 'namespaceSelector'].filter((name) => isRecord(peer[name]))
  const block = peer['ipBlock']
  const errors = selectors.flatMap((name) => validateLabelSelector(peer[name], `${field}.${name}`))
  if (!isRecord(block)) return selectors.length > 0 ? errors : [required(field, 'must specify a peer')]
  errors.push(...blockErrors(block, `${field}.ipBlock`))
  return selectors.length === 0
    ? errors
    : [...errors, forbidden(field, 'may not specify both ipBlock and another peer')]
}

function blockErrors(block: Json, field: string): FieldError[] {
  const cidr = text(block['cidr'])
  if (cidr === '') return [required(`${field}.cidr`)]
  const network = parseNetwork(cidr)
  if (!network) return [invalid(`${field}.cidr`, cidr, 'not a valid CIDR')]
  const errors: FieldError[] = []
  for (const [index, one] of texts(block['except']).entries()) {
    const path = `${field}.except[${index}]`
    const except = parseNetwork(one)
    if (!except) return [...errors, invalid(path, one, 'not a valid CIDR')]
    if (!isStrictlyWithin(except, network)) errors.push(invalid(path, one, 'must be a strict subset of `cidr`'))
  }
  return errors
}
