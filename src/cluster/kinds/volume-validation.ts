import type { FieldError } from '../resource.ts'
import { claimErrors } from './claim-validation.ts'
import { validateDownwardItems } from './env-validation.ts'
import { duplicate, forbidden, invalid, invalidEach, notSupported, required, tooLong } from './field-errors.ts'
import { validateAnnotations, validateLabels } from './metadata.ts'
import { dnsLabel, dnsSubdomain } from './names.ts'
import { backstepErrors, descendingErrors, fileModeErrors, unreservedErrors } from './path-validation.ts'
import { isRecord, number, record, records, text, type Json } from './read.ts'

/** The kind of storage of each volume that is in order, by the volume's name. */
export type Volumes = ReadonlyMap<string, string>

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
  local: ['path'],
  image: ['reference'],
}

/** What is wrong with a pod's volumes, and those that containers can mount. */
export function validateVolumes(value: unknown, field: string): { errors: FieldError[]; volumes: Volumes } {
  const volumes = new Map<string, string>()
  const errors = records(value).flatMap((volume, index) => {
    const path = `${field}[${index}]`
    const name = text(volume['name'])
    const wrong = volumeSourceErrors(volume, path)
    wrong.push(...(name === '' ? [required(`${path}.name`)] : invalidEach(`${path}.name`, name, dnsLabel(name))))
    if (volumes.has(name)) wrong.push(duplicate(`${path}.name`, name))
    if (wrong.length === 0) volumes.set(name, sourcesOf(volume)[0] ?? '')
    return wrong
  })
  return { errors, volumes }
}

/** The order in which Kubernetes looks for a volume's source: the first is the volume's, the others are too many. */
const sourceOrder = (
  'emptyDir hostPath gitRepo gcePersistentDisk awsElasticBlockStore secret nfs iscsi glusterfs flocker persistentVolumeClaim rbd ' +
  'cinder cephfs quobyte downwardAPI fc flexVolume configMap azureFile vsphereVolume photonPersistentDisk portworxVolume ' +
  'azureDisk storageos projected scaleIO csi ephemeral'
).split(' ')

function sourcesOf(volume: Json): string[] {
  const sources = Object.keys(volume).filter((name) => name !== 'name' && isRecord(volume[name]))
  return sources.sort((one, other) => sourceOrder.indexOf(one) - sourceOrder.indexOf(other))
}

/** One source, and what it needs. */
export function volumeSourceErrors(volume: Json, field: string): FieldError[] {
  const [first, ...others] = sourcesOf(volume)
  if (first === undefined) return [required(field, 'must specify a volume type')]
  const extra = others.map((name) => forbidden(`${field}.${name}`, 'may not specify more than 1 volume type'))
  const source = record(volume[first])
  const path = `${field}.${first}`
  return [...neededErrors(source, first, path), ...(sourceChecks[first]?.(source, path) ?? []), ...extra]
}

function neededErrors(source: Json, name: string, field: string): FieldError[] {
  return (neededFields[name] ?? [])
    .filter((needed) => text(source[needed]) === '' && !Array.isArray(source[needed]))
    .map((needed) => required(`${field}.${needed}`))
}

type Check = (source: Json, field: string) => FieldError[]

/** What else can be wrong with a source. */
const sourceChecks: Readonly<Record<string, Check>> = {
  hostPath: hostPathErrors,
  gitRepo: (source, field) => descendingErrors(text(source['directory']), `${field}.directory`),
  gcePersistentDisk: partitionErrors,
  awsElasticBlockStore: partitionErrors,
  nfs: ({ path }, field) =>
    text(path).startsWith('/') ? [] : [invalid(`${field}.path`, text(path), 'must be an absolute path')],
  secret: keyedErrors,
  configMap: keyedErrors,
  downwardAPI: (source, field) => [
    ...fileModeErrors(source['defaultMode'], `${field}.defaultMode`),
    ...validateDownwardItems(source['items'], field),
  ],
  projected: projectedErrors,
  csi: ({ driver }, field) => driverErrors(text(driver), `${field}.driver`),
  ephemeral: ephemeralErrors,
}

const hostPathTypes = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
]

function hostPathErrors({ path, type }: Json, field: string): FieldError[] {
  if (text(path) === '') return []
  const known = typeof type !== 'string' || hostPathTypes.includes(type)
  return [
    ...backstepErrors(text(path), `${field}.path`),
    ...(known ? [] : [notSupported(`${field}.type`, type, hostPathTypes)]),
  ]
}

function partitionErrors({ partition }: Json, field: string): FieldError[] {
  const value = number(partition)
  return value >= 0 && value <= 255
    ? []
    : [invalid(`${field}.partition`, value, 'must be between 1 and 255, inclusive')]
}

function keyedErrors(source: Json, field: string): FieldError[] {
  return [
    ...fileModeErrors(source['defaultMode'], `${field}.defaultMode`),
    ...records(source['items']).flatMap((item, index) => itemErrors(item, `${field}.items[${index}]`)),
  ]
}

function itemErrors(item: Json, field: string): FieldError[] {
  return [
    ...['key', 'path'].flatMap((name) => (text(item[name]) === '' ? [required(`${field}.${name}`)] : [])),
    ...unreservedErrors(text(item['path']), `${field}.path`),
    ...fileModeErrors(item['mode'], `${field}.mode`),
  ]
}

function projectedErrors(volume: Json, field: string): FieldError[] {
  const taken = new Set<string>()
  /** Two files of one path, told by `value`. */
  const clash = (path: string, value: string): FieldError[] => {
    if (path === '' || !taken.has(path)) {
      taken.add(path)
      return []
    }
    return [invalid(field, value, 'conflicting duplicate paths')]
  }
  return [
    ...fileModeErrors(volume['defaultMode'], `${field}.defaultMode`),
    ...records(volume['sources']).flatMap((source, index) => {
      const path = `${field}.sources[${index}]`
      const given = Object.keys(source).filter((name) => isRecord(source[name]))
      return [
        ...['secret', 'configMap'].flatMap((name) => projectedKeysErrors(source[name], `${path}.${name}`, clash)),
        ...records(record(source['downwardAPI'])['items']).flatMap((item) => [
          ...validateDownwardItems([item], `${path}.downwardAPI`),
          ...clash(text(item['path']), text(item['path'])),
        ]),
        ...tokenErrors(source['serviceAccountToken'], `${path}.serviceAccountToken`, field),
        ...(given.length > 1 ? [forbidden(path, 'may not specify more than 1 volume type')] : []),
      ]
    }),
  ]
}

function projectedKeysErrors(
  source: unknown,
  field: string,
  clash: (path: string, value: string) => FieldError[],
): FieldError[] {
  if (!isRecord(source)) return []
  const name = text(source['name'])
  return [
    ...(name === '' ? [required(`${field}.name`)] : []),
    ...records(source['items']).flatMap((item, index) => [
      ...itemErrors(item, `${field}.items[${index}]`),
      ...clash(text(item['path']), name),
    ]),
  ]
}

const shortestToken = 10 * 60
const longestToken = 2 ** 32

function tokenErrors(token: unknown, field: string, volume: string): FieldError[] {
  if (!isRecord(token)) return []
  const seconds = number(token['expirationSeconds'])
  const path = `${field}.expirationSeconds`
  return [
    ...(seconds < shortestToken ? [invalid(path, seconds, 'may not specify a duration less than 10 minutes')] : []),
    ...(seconds > longestToken ? [invalid(path, seconds, 'may not specify a duration larger than 2^32 seconds')] : []),
    ...(text(token['path']) === '' ? [required(`${volume}.path`)] : []),
  ]
}

const longestDriver = 63

function driverErrors(driver: string, field: string): FieldError[] {
  return [
    ...(driver.length > longestDriver ? [tooLong(field, longestDriver)] : []),
    ...invalidEach(field, driver, dnsSubdomain(driver.toLowerCase())),
  ]
}

function ephemeralErrors({ volumeClaimTemplate: template }: Json, field: string): FieldError[] {
  const path = `${field}.volumeClaimTemplate`
  if (!isRecord(template)) return [required(path)]
  const { annotations, labels } = record(template['metadata'])
  return [
    ...validateAnnotations(annotations, `${path}.metadata.annotations`),
    ...validateLabels(labels, `${path}.metadata.labels`),
    ...claimErrors(record(template['spec']), `${path}.spec`),
  ]
}
