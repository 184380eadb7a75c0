import { isImageReference } from '../../model/image-reference.ts'
import { V3Error } from '../failure.ts'
import type { Compactor } from './compact.ts'
import { containerRows } from './container-rows.ts'
import { type Environment, writeEnvironment } from './environment.ts'
import { mergeRows, isChanged, type Sides } from './merge-rows.ts'
import { namePorts, portsAnnotation, portsAnnotationText, templatePorts, writePort } from './ports.ts'
import { type Fields, fieldsOf, listOf, removeAt, sameJson, setAt, textOf } from './rows.ts'

export interface ContainerMerge {
  /** The pod template to change. */
  template: Fields
  /** Today's v3 containers, as `readContainers` gives them for this template. */
  today: readonly Fields[]
  /** The caller's whole list. */
  wanted: readonly Fields[]
  workload: string
  compactor: Compactor
}

/**
 * The caller's list is whole: containers that it leaves out go, fields that it leaves out of a container are reset. What it
 * says as it is today is left untouched in Kubernetes' form, found by container name and never by position.
 */
export function mergeContainers({ template, today, wanted, workload, compactor }: ContainerMerge): void {
  const known = templatePorts(template).map(({ container }, index) => ({ container, read: today[index] ?? {} }))
  const merged = wanted.map((item) => {
    const found = known.find(({ read }) => read['name'] === item['name'] && isInit(read) === isInit(item))
    return mergeContainer(item, found?.read, found?.container, compactor.of('container'), workload)
  })
  const spec = fieldsOf(template['spec'])
  spec['containers'] = merged.filter(({ init }) => !init).map(({ container }) => container)
  const initContainers = merged.filter(({ init }) => init).map(({ container }) => container)
  if (initContainers.length > 0) spec['initContainers'] = initContainers
  else delete spec['initContainers']
  template['spec'] = spec
  if (merged.some(({ portsChanged }) => portsChanged)) annotatePorts(template, merged)
}

interface Merged {
  container: Fields
  init: boolean
  ports: Fields[]
  portsChanged: boolean
}

function isInit(container: Fields): boolean {
  return container['initContainer'] === true
}

function mergeContainer(
  body: Fields,
  read: Fields | undefined,
  existing: Fields | undefined,
  compactor: Compactor,
  workload: string,
): Merged {
  const container = structuredClone(existing ?? {})
  const sides: Sides = { today: read ?? {}, body, compactor, absentRemoves: true }
  if (isChanged('image', sides)) checkImage(textOf(body['image']))
  mergeRows(containerRows, sides, container)
  if (isChanged('environment', sides) || isChanged('environmentFrom', sides)) {
    writeEnvironment(container, environmentOf(body))
  }
  return { container, init: isInit(body), ...mergePorts(sides, container, workload) }
}

/** Empty is Kubernetes' to refuse; anything else must be an image that a runtime can pull. */
function checkImage(image: string): void {
  if (image === '' || isImageReference(image)) return
  throw new V3Error('InvalidFormat', `image=InvalidFormat 422: invalid image reference ${JSON.stringify(image)}`, {
    fieldName: 'containers',
  })
}

function environmentOf(body: Fields): Environment {
  const environment = fieldsOf(body['environment']) as Record<string, string>
  return { environment, environmentFrom: listOf(body['environmentFrom']) }
}

function mergePorts(sides: Sides, container: Fields, workload: string): Pick<Merged, 'ports' | 'portsChanged'> {
  const { today, body, compactor } = sides
  const before = listOf(today['ports'])
  const wanted = namePorts(listOf(body['ports']), workload)
  const comparable = (ports: readonly Fields[]) =>
    namePorts(ports.map(withSourcePort), workload).map((port) => compactor.comparable('ports', [port]))
  const knownPorts = comparable(before)
  const wantedPorts = comparable(listOf(body['ports']))
  if (sameJson(knownPorts, wantedPorts)) return { ports: before, portsChanged: false }
  const kept = listOf(container['ports'])
  const written = wanted.map((port, index) => {
    const at = knownPorts.findIndex((known) => sameJson(known, wantedPorts[index]))
    return at < 0 ? writePort(port) : (kept[at] ?? writePort(port))
  })
  if (written.length > 0) container['ports'] = written
  else delete container['ports']
  return { ports: wanted, portsChanged: true }
}

/** An absent port number of a service is 0 in a document that was read, and is so in the generated name. */
function withSourcePort(port: Fields): Fields {
  return { ...port, sourcePort: port['sourcePort'] ?? 0 }
}

function annotatePorts(template: Fields, merged: readonly Merged[]): void {
  const lists = merged.map(({ ports }) => ports).filter((ports) => ports.length > 0)
  const metadata = fieldsOf(template['metadata'])
  template['metadata'] = metadata
  if (lists.length > 0) {
    const annotations = { ...fieldsOf(metadata['annotations']), [portsAnnotation]: portsAnnotationText(lists) }
    metadata['annotations'] = annotations
  } else if (metadata['annotations'] !== undefined) {
    const annotations = fieldsOf(metadata['annotations'])
    delete annotations[portsAnnotation]
    if (Object.keys(annotations).length === 0) removeAt(template, 'metadata.annotations')
    else setAt(template, 'metadata.annotations', annotations)
  }
}
