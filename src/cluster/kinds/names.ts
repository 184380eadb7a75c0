import { parseAddress } from './ip-addresses.ts'

/** What is wrong with a name, in Kubernetes' words; empty when nothing is. */
export type NameCheck = (name: string, prefix?: boolean) => string[]

const labelPattern = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const subdomainPattern = `${labelPattern}(\\.${labelPattern})*`
const label1035Pattern = '[a-z]([-a-z0-9]*[a-z0-9])?'
const qualifiedPattern = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const valuePattern = `(${qualifiedPattern})?`

function whole(pattern: string): RegExp {
  return new RegExp(`^${pattern}$`)
}

function regexText(message: string, pattern: string, ...examples: string[]): string {
  if (examples.length === 0) return `${message} (regex used for validation is '${pattern}')`
  const shown = examples.map((example) => `'${example}'`).join(',  or ')
  return `${message} (e.g. ${shown}, regex used for validation is '${pattern}')`
}

const labelText = regexText(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  labelPattern,
  'my-name',
  '123-abc',
)
const subdomainText = regexText(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  subdomainPattern,
  'example.com',
)
const label1035Text = regexText(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  label1035Pattern,
  'my-name',
  'abc-123',
)
const qualifiedText = regexText(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  qualifiedPattern,
  'MyName',
  'my.name',
  '123-abc',
)
const valueText = regexText(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  valuePattern,
  'MyValue',
  'my_value',
  '12345',
)
const wildcardPattern = `\\*\\.${subdomainPattern}`
const wildcardText = regexText(
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  wildcardPattern,
  '*.example.com',
)
const pathPattern = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+"
const keyPattern = '[-._a-zA-Z0-9]+'
const keyText = regexText(
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  keyPattern,
  'key.name',
  'KEY_NAME',
  'key-name',
)
const envPattern = '[-._a-zA-Z][-._a-zA-Z0-9]*'
const envText = regexText(
  "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
  envPattern,
  'my.env-name',
  'MY_ENV.NAME',
  'MyEnvName1',
)

const isQualified = whole(qualifiedPattern)
const isKey = whole(keyPattern)
const isEnvName = whole(envPattern)

const byteLength = (text: string): number => Buffer.byteLength(text)

export function tooManyCharacters(limit: number): string {
  return `must be no more than ${limit} characters`
}

function check(limit: number, pattern: string, text: string): NameCheck {
  const expression = whole(pattern)
  return (name, prefix = false) => {
    const messages = byteLength(name) > limit ? [tooManyCharacters(limit)] : []
    if (!expression.test(prefix ? maskTrailingDash(name) : name)) messages.push(text)
    return messages
  }
}

/** A generateName may end in a dash: five characters follow. */
function maskTrailingDash(name: string): string {
  return name.endsWith('-') && name.length > 1 ? `${name.slice(0, -1)}a` : name
}

export const dnsLabel = check(63, labelPattern, labelText)
export const dnsSubdomain = check(253, subdomainPattern, subdomainText)
export const dns1035Label = check(63, label1035Pattern, label1035Text)
export const wildcardSubdomain = check(253, wildcardPattern, wildcardText)
export const labelValue = check(63, valuePattern, valueText)

const isHttpPath = whole(pathPattern)

export function httpPath(path: string): string[] {
  return isHttpPath.test(path) ? [] : [regexText('Invalid path', pathPattern)]
}

/** Names that are only kept out of URL paths' way (RBAC). */
export const pathSegment: NameCheck = (name) => {
  const messages = name === '.' || name === '..' ? [`may not be '${name}'`] : []
  for (const part of ['/', '%']) if (name.includes(part)) messages.push(`may not contain '${part}'`)
  return messages
}

/** `[prefix/]name`, as of label and annotation keys. */
export function qualifiedName(name: string): string[] {
  const parts = name.split('/')
  const messages: string[] = []
  if (parts.length > 2) {
    const text = regexText(
      "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
      qualifiedPattern,
      'MyName',
      'my.name',
      '123-abc',
    )
    return [`${text} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`]
  }
  const local = parts.at(-1) ?? ''
  if (parts.length === 2) messages.push(...prefixMessages(parts[0] ?? ''))
  if (local === '') messages.push('name part must be non-empty')
  else if (byteLength(local) > 63) messages.push(`name part ${tooManyCharacters(63)}`)
  if (!isQualified.test(local)) messages.push(`name part ${qualifiedText}`)
  return messages
}

function prefixMessages(prefix: string): string[] {
  if (prefix === '') return ['prefix part must be non-empty']
  return dnsSubdomain(prefix).map((message) => `prefix part ${message}`)
}

export function configMapKey(key: string): string[] {
  const messages = byteLength(key) > 253 ? [tooManyCharacters(253)] : []
  if (!isKey.test(key)) messages.push(keyText)
  return [...messages, ...dotMessages(key)]
}

export function envName(name: string): string[] {
  const messages = isEnvName.test(name) ? [] : [envText]
  return [...messages, ...dotMessages(name)]
}

function dotMessages(name: string): string[] {
  if (name === '.') return ["must not be '.'"]
  if (name === '..') return ["must not be '..'"]
  return name.startsWith('..') ? ["must not start with '..'"] : []
}

/** A name of a container's or service's port: at most 15 of a-z, 0-9 and single dashes, with a letter. */
export function portName(name: string): string[] {
  const messages: string[] = []
  if (name.length > 15) messages.push(tooManyCharacters(15))
  if (!/^[-a-z0-9]+$/.test(name))
    messages.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)')
  if (!/[a-z]/.test(name)) messages.push('must contain at least one letter or number (a-z, 0-9)')
  if (name.includes('--')) messages.push('must not contain consecutive hyphens')
  if (name.startsWith('-') || name.endsWith('-')) messages.push('must not begin or end with a hyphen')
  return messages
}

export function httpHeaderName(name: string): string[] {
  if (/^[-A-Za-z0-9]+$/.test(name)) return []
  return [
    regexText("a valid HTTP header must consist of alphanumeric characters or '-'", '[-A-Za-z0-9]+', 'X-Header-Name'),
  ]
}

export function portNumber(port: number): string[] {
  return port >= 1 && port <= 65535 ? [] : ['must be between 1 and 65535, inclusive']
}

export function ipAddress(value: string): string[] {
  return parseAddress(value) ? [] : ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']
}

export const nameChecks = {
  'dns-subdomain': dnsSubdomain,
  'dns-label': dnsLabel,
  'dns-1035-label': dns1035Label,
  'path-segment': pathSegment,
} as const satisfies Record<string, NameCheck>
