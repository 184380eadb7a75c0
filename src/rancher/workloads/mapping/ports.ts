import { V3Error } from '../../answer/failure.ts'
import { goText } from '../../schema/go-text.ts'
import { type Fields, fieldsOf, listOf, textOf, scalarText } from './rows.ts'

/** Where Rancher stores what Kubernetes has no port field for: a list of ports per container that has any. */
export const portsAnnotation = 'field.cattle.io/ports'

/** The last digit of a generated port name. */
const kindDigits: Readonly<Record<string, number>> = { HostPort: 0, NodePort: 1, ClusterIP: 2, LoadBalancer: 3 }

/** The lists in a template's annotation; empty without one. Undefined if it cannot be parsed. */
export function annotatedPorts(template: Fields): Fields[][] | undefined {
  const text = fieldsOf(fieldsOf(template['metadata'])['annotations'])[portsAnnotation]
  if (text === undefined) return []
  try {
    const lists: unknown = JSON.parse(textOf(text))
    return Array.isArray(lists) ? lists.map(listOf) : undefined
  } catch {
    return undefined
  }
}

/** A port whose name the annotation has is shown as in the annotation. */
function readPorts(container: Fields, annotated: readonly Fields[] = []): Fields[] | null {
  const ports = container['ports']
  if (!Array.isArray(ports)) return null
  return listOf(ports).map((port) => {
    const name = textOf(port['name'])
    const known = name === '' ? undefined : annotated.find((one) => one['name'] === name)
    return known ?? readPort(port)
  })
}

function readPort({ hostIP, ...port }: Fields): Fields {
  const { hostPort } = port
  return {
    kind: hostPort ? 'HostPort' : 'ClusterIP',
    ...(hostPort ? { sourcePort: hostPort } : {}),
    ...(hostIP !== undefined && { hostIp: hostIP }),
    ...port,
  }
}

/** With the name and DNS name that Rancher generates. */
export function namePorts(ports: readonly Fields[], workload: string): Fields[] {
  return ports.map((port) => ({ ...port, name: portName(port), dnsName: dnsName(port, workload) }))
}

/** Raises 422 InvalidOption for a duplicate name within a container, and for a port without a number. */
export function checkPorts(ports: readonly Fields[]): void {
  const names = ports.map(({ name }) => textOf(name))
  for (const [index, { containerPort, kind, protocol }] of ports.entries()) {
    if (typeof containerPort !== 'number') {
      const message = `failed to transform container port [${goText(containerPort)}] to number: strconv.ParseInt: parsing "": invalid syntax`
      throw new V3Error('InvalidOption', message)
    }
    if (names.indexOf(names[index] ?? '') === index) continue
    const port = `kind=${goText(kind)}, conainerPort=${containerPort}, protcol=${goText(protocol)}`
    throw new V3Error('InvalidOption', `Duplicated port ${port}`)
  }
}

/** `<port><protocol><sourcePort><digit of the kind>`; other names are kept. */
function portName(port: Fields): string {
  const name = textOf(port['name'])
  const start = `${scalarText(port['containerPort'] ?? '')}${textOf(port['protocol']).toLowerCase()}`
  if (name !== '' && !name.startsWith(start)) return name
  return `${start}${scalarText(port['sourcePort'] ?? '')}${kindDigits[textOf(port['kind'])] ?? 0}`
}

function dnsName(port: Fields, workload: string): string {
  const given = textOf(port['dnsName'])
  const isGenerated = given.toLowerCase() === workload || given.startsWith(`${workload}-`)
  if (given !== '' && !isGenerated) return given
  const kind = textOf(port['kind'])
  return kind === 'ClusterIP' ? workload : `${workload}-${kind.toLowerCase()}`
}

export function writePort(port: Fields): Fields {
  const { containerPort, name, protocol, hostIp } = port
  const hostPort = hostPortOf(port)
  return {
    ...(name ? { name } : {}),
    ...(hostPort ? { hostPort } : {}),
    containerPort,
    ...(protocol ? { protocol } : {}),
    ...(hostIp ? { hostIP: hostIp } : {}),
  }
}

function hostPortOf({ kind, sourcePort, hostPort }: Fields): unknown {
  return textOf(kind).toLowerCase() === 'hostport' ? sourcePort : hostPort
}

/** One list for each container that was given one, null for an empty one, keys sorted, as Rancher writes it. */
export function portsAnnotationText(lists: readonly (readonly Fields[])[]): string {
  return JSON.stringify(lists.map((ports) => (ports.length > 0 ? ports.map(annotatedPort) : null)))
}

function annotatedPort({ type: _type, ...port }: Fields): Fields {
  const hostPort = hostPortOf(port)
  const entries = Object.entries({ ...port, ...(hostPort ? { hostPort } : {}) }).filter(
    ([, value]) => value !== undefined,
  )
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)))
}

export function hasPorts(template: Fields): boolean {
  return templatePorts(template).some(({ ports }) => ports !== null && ports.length > 0)
}

/**
 * Every port of a pod template, by container, init containers last. Like Rancher it matches the annotation's lists by
 * position, although they exist only for containers with ports.
 */
export function templatePorts(template: Fields): { container: Fields; ports: Fields[] | null }[] {
  const annotated = annotatedPorts(template) ?? []
  const spec = fieldsOf(template['spec'])
  return [...listOf(spec['containers']), ...listOf(spec['initContainers'])].map((container, index) => ({
    container,
    ports: readPorts(container, annotated[index]),
  }))
}
