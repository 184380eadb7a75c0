import type { Sides } from './merge-rows.ts'
import { annotatedPorts, checkPorts, namePorts, portsAnnotation, portsAnnotationText, writePort } from './ports.ts'
import { type Fields, fieldsOf, listOf, removeAt, sameJson } from './rows.ts'

export interface MergedPorts {
  /** In the annotation's format. */
  ports: Fields[]
  /** Whether the caller sent a list, even an empty one. */
  given: boolean
  changed: boolean
}

/**
 * Writes a container's ports if the caller's differ from the current ones. Names and DNS names are compared as Rancher
 * would generate them. Raises 422 InvalidOption for a duplicate name.
 */
export function mergePorts(
  { today, body, compactor, asSent = false }: Sides,
  container: Fields,
  workload: string,
): MergedPorts {
  const comparable = (ports: readonly Fields[]) =>
    namePorts(ports.map(withSourcePort), workload).map((port) => compactor.comparable('ports', [port]))
  const before = listOf(today['ports'])
  const asked = listOf(body['ports'])
  const given = Array.isArray(body['ports'])
  if (sameJson(asked, before)) return { ports: before, given, changed: asSent && given }
  const [known, wanted] = [comparable(before), comparable(asked)]
  if (sameJson(known, wanted)) return { ports: before, given, changed: false }
  const named = namePorts(asked, workload)
  checkPorts(named)
  const kept = listOf(container['ports'])
  const written = named.map((port, index) => {
    const at = known.findIndex((one) => sameJson(one, wanted[index]))
    return at < 0 ? writePort(port) : (kept[at] ?? writePort(port))
  })
  if (written.length > 0) container['ports'] = written
  else delete container['ports']
  return { ports: named, given, changed: true }
}

/** An absent port number of a service is read as 0, and appears so in the generated name. */
function withSourcePort(port: Fields): Fields {
  return { ...port, sourcePort: port['sourcePort'] ?? 0 }
}

/**
 * Rewrites the annotation if a container's ports changed. Without any ports it is removed if the caller sends all
 * annotations; otherwise, as in Rancher, it stays.
 */
export function annotatePorts(template: Fields, merged: readonly MergedPorts[], ownAnnotations: boolean): void {
  if (!merged.some(({ changed }) => changed)) return
  const known = (annotatedPorts(template) ?? []).flat()
  const lists = merged
    .filter(({ ports, given }) => given || ports.length > 0)
    .map(({ ports, changed }) => (changed ? ports : ports.map((port) => annotatedAs(known, port))))
  const metadata = fieldsOf(template['metadata'])
  template['metadata'] = metadata
  if (lists.length > 0) {
    const annotations = { ...fieldsOf(metadata['annotations']), [portsAnnotation]: portsAnnotationText(lists) }
    metadata['annotations'] = annotations
  } else if (ownAnnotations) {
    delete fieldsOf(metadata['annotations'])[portsAnnotation]
    if (Object.keys(fieldsOf(metadata['annotations'])).length === 0) removeAt(template, 'metadata.annotations')
  }
}

/** A port that is missed when reading by position is in the annotation nevertheless. */
function annotatedAs(known: readonly Fields[], port: Fields): Fields {
  const { name, containerPort, dnsName } = port
  if (dnsName) return port
  return known.find((one) => one['name'] === name && one['containerPort'] === containerPort) ?? port
}
