import type { FieldError } from '../resource.ts'
import { validateDownwardItems } from './env-validation.ts'
import { duplicate, forbidden, invalidEach, required } from './field-errors.ts'
import { dnsLabel } from './names.ts'
import { isRecord, records, text, type Json } from './read.ts'

/** What each source cannot do without, by path below it. */
const neededFields: Readonly<Record<string, readonly string[]>> = {
  secret: ['secretName'],
  configMap: ['name'],
  persistentVolumeClaim: ['claimName'],
  hostPath: ['path'],
  nfs: ['server', 'path'],
  gcePersistentDisk: ['pdName'],
  awsElasticBlockStore: ['volumeID'],
  gitRepo: ['repository'],
  iscsi: ['targetPortal', 'iqn'],
  glusterfs: ['endpoints', 'path'],
  rbd: ['monitors', 'image'],
  cinder: ['volumeID'],
  cephfs: ['monitors'],
  csi: ['driver'],
  azureDisk: ['diskName', 'diskURI'],
  azureFile: ['secretName', 'shareName'],
  flexVolume: ['driver'],
  image: ['reference'],
}

/** What is wrong with a pod's volumes, and the names that containers can mount. */
export function validateVolumes(value: unknown, field: string): { errors: FieldError[]; names: Set<string> } {
  const names = new Set<string>()
  const errors = records(value).flatMap((volume, index) => {
    const path = `${field}[${index}]`
    const name = text(volume['name'])
    const nameErrors = name === '' ? [required(`${path}.name`)] : invalidEach(`${path}.name`, name, dnsLabel(name))
    const wrong = nameErrors.length > 0 ? nameErrors : volumeSourceErrors(volume, path)
    if (names.has(name)) wrong.push(duplicate(`${path}.name`, name))
    if (wrong.length === 0) names.add(name)
    return wrong
  })
  return { errors, names }
}

/** One source, and what it needs. */
export function volumeSourceErrors(volume: Json, field: string): FieldError[] {
  const sources = Object.keys(volume).filter((name) => name !== 'name' && isRecord(volume[name]))
  const [first, ...others] = sources
  if (first === undefined) return [required(field, 'must specify a volume type')]
  const extra = others.map((name) => forbidden(`${field}.${name}`, 'may not specify more than 1 volume type'))
  return [...neededErrors(volume[first] as Json, first, `${field}.${first}`), ...extra]
}

function neededErrors(source: Json, name: string, field: string): FieldError[] {
  const errors = (neededFields[name] ?? [])
    .filter((needed) => text(source[needed]) === '' && !Array.isArray(source[needed]))
    .map((needed) => required(`${field}.${needed}`))
  if (name === 'downwardAPI') errors.push(...validateDownwardItems(source['items'], `${field}.items`))
  return errors
}
