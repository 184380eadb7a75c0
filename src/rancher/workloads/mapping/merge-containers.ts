import { isImageReference } from '../../../model/image-reference.ts'
import { V3Error } from '../../answer/failure.ts'
import type { Compactor } from './compact.ts'
import { containerRows } from './container-rows.ts'
import { type Environment, writeEnvironment } from './environment.ts'
import { annotatePorts, type MergedPorts, mergePorts } from './merge-ports.ts'
import { mergeRows, isChanged, type Sides } from './merge-rows.ts'
import { templatePorts } from './ports.ts'
import { copyOf, type Fields, fieldsOf, listOf, textOf } from './rows.ts'

export interface ContainerMerge {
  /** The pod template to change. */
  template: Fields
  /** The current v3 containers, as `readContainers` returns them for this template. */
  today: readonly Fields[]
  /** The caller's whole list. */
  wanted: readonly Fields[]
  workload: string
  compactor: Compactor
  /** Whether the caller sends the template's annotations too. */
  ownAnnotations: boolean
  /** See `Sides`. */
  asSent: boolean | undefined
}

/**
 * The caller's list is complete: omitted containers are removed, omitted fields reset. Unchanged values keep their
 * Kubernetes form. Containers are matched by name, never by position.
 */
export function mergeContainers(merge: ContainerMerge): void {
  const { template, today, wanted, ownAnnotations } = merge
  const known = templatePorts(template).map(({ container }, index) => ({ container, read: today[index] ?? {} }))
  const merged = wanted.map((item) => {
    const found = known.find(({ read }) => read['name'] === item['name'] && isInit(read) === isInit(item))
    return mergeContainer(item, found?.read, found?.container, merge)
  })
  const spec = fieldsOf(template['spec'])
  spec['containers'] = merged.filter(({ init }) => !init).map(({ container }) => container)
  const initContainers = merged.filter(({ init }) => init).map(({ container }) => container)
  if (initContainers.length > 0) spec['initContainers'] = initContainers
  else delete spec['initContainers']
  template['spec'] = spec
  annotatePorts(template, merged, ownAnnotations)
}

interface Merged extends MergedPorts {
  container: Fields
  init: boolean
}

function isInit(container: Fields): boolean {
  return container['initContainer'] === true
}

function mergeContainer(
  body: Fields,
  read: Fields | undefined,
  existing: Fields | undefined,
  { compactor, workload, asSent }: ContainerMerge,
): Merged {
  const container = copyOf(existing ?? {})
  const sides: Sides = { today: read ?? {}, body, compactor: compactor.of('container'), absentRemoves: true, asSent }
  if (isChanged('image', sides)) checkImage(textOf(body['image']))
  mergeRows(containerRows, sides, container)
  if (isChanged('environment', sides) || isChanged('environmentFrom', sides)) {
    writeEnvironment(container, environmentOf(body))
  }
  return { container, init: isInit(body), ...mergePorts(sides, container, workload) }
}

/** Kubernetes rejects an empty image; anything else must be a valid reference. */
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
