import type { FieldError } from '../resource.ts'
import { forbidden, invalid, notFound, notSupported, required } from './field-errors.ts'
import { backstepErrors, descendingErrors } from './path-validation.ts'
import { at, records, text, type Json } from './read.ts'
import type { Volumes } from './volume-validation.ts'

/** What is wrong with the places where a container has its pod's volumes (Kubernetes 1.21, in its order). */

export function mountErrors(container: Json, volumes: Volumes, field: string): FieldError[] {
  const mounts = records(container['volumeMounts'])
  const devices = records(container['volumeDevices'])
  const paths = new Set<string>()
  return mounts.flatMap((mount, index) => {
    const path = `${field}[${index}]`
    const [name, mountPath] = [text(mount['name']), text(mount['mountPath'])]
    const errors = name === '' ? [required(`${path}.name`)] : []
    const wrong = (of: string, value: string, detail: string) => errors.push(invalid(`${path}.${of}`, value, detail))
    if (!volumes.has(name)) errors.push(notFound(`${path}.name`, name))
    if (mountPath === '') errors.push(required(`${path}.mountPath`))
    if (paths.has(mountPath)) wrong('mountPath', mountPath, 'must be unique')
    paths.add(mountPath)
    if (devices.some((device) => device['name'] === name))
      wrong('name', name, 'must not already exist in volumeDevices')
    if (devices.some((device) => device['devicePath'] === mountPath))
      wrong('mountPath', mountPath, 'must not already exist as a path in volumeDevices')
    return [...errors, ...subPathErrors(mount, path, field), ...propagationErrors(mount, container, field)]
  })
}

/** Kubernetes names the list, and not the item, where the path below the volume is wrong. */
function subPathErrors(mount: Json, item: string, field: string): FieldError[] {
  const [subPath, expression] = [text(mount['subPath']), text(mount['subPathExpr'])]
  const errors = descendingErrors(subPath, `${field}.subPath`)
  if (expression !== '' && subPath !== '')
    errors.push(invalid(`${item}.subPathExpr`, expression, 'subPathExpr and subPath are mutually exclusive'))
  return [...errors, ...descendingErrors(expression, `${field}.subPathExpr`)]
}

const propagations = ['Bidirectional', 'HostToContainer', 'None']

function propagationErrors(mount: Json, container: Json, field: string): FieldError[] {
  const propagation = mount['mountPropagation']
  const path = `${field}.mountPropagation`
  if (typeof propagation !== 'string') return []
  if (!propagations.includes(propagation)) return [notSupported(path, propagation, propagations)]
  const privileged = at(container, 'securityContext', 'privileged') === true
  return propagation === 'Bidirectional' && !privileged
    ? [forbidden(path, 'Bidirectional mount propagation is available only to privileged containers')]
    : []
}

export function deviceErrors(container: Json, volumes: Volumes, field: string): FieldError[] {
  const mounts = records(container['volumeMounts'])
  const [names, paths] = [new Set<string>(), new Set<string>()]
  return records(container['volumeDevices']).flatMap((device, index) => {
    const path = `${field}[${index}]`
    const [name, devicePath] = [text(device['name']), text(device['devicePath'])]
    const errors = name === '' ? [required(`${path}.name`)] : []
    const wrong = (of: string, value: string, detail: string) => errors.push(invalid(`${path}.${of}`, value, detail))
    if (names.has(name)) wrong('name', name, 'must be unique')
    const source = volumes.get(name)
    if (source === undefined) errors.push(notFound(`${path}.name`, name))
    // claims that are made for the pod (since Kubernetes 1.22) count as well
    else if (source !== 'persistentVolumeClaim' && source !== 'ephemeral')
      wrong('name', name, 'can only use volume source type of PersistentVolumeClaim for block mode')
    if (devicePath === '') errors.push(required(`${path}.devicePath`))
    if (paths.has(devicePath)) wrong('devicePath', devicePath, 'must be unique')
    if (backstepErrors(devicePath, '').length > 0) wrong('devicePath', devicePath, "can not contain backsteps ('..')")
    else paths.add(devicePath)
    if (mounts.some((mount) => mount['name'] === name)) wrong('name', name, 'must not already exist in volumeMounts')
    if (mounts.some((mount) => mount['mountPath'] === devicePath))
      wrong('devicePath', devicePath, 'must not already exist as a path in volumeMounts')
    if (name !== '') names.add(name)
    return errors
  })
}
