import type { Api } from '../verbs/api.ts'
import type { KubeObject } from '../resource.ts'
import { claimChanges, claimErrors } from './claim-validation.ts'
import { ageColumn, column, nameColumn, plain } from './columns.ts'
import { kind } from './kind.ts'
import { defaultVolumeSource } from './pod-defaults.ts'
import { at, ensure, fill, record, text, texts } from './read.ts'
import { storageClassChanges, storageClassErrors, volumeChanges, volumeErrors } from './storage-validation.ts'

/** Volumes as objects; nothing is stored behind them. */

const modes: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
}

function accessModes(value: unknown): string {
  return texts(value)
    .map((mode) => modes[mode] ?? mode)
    .join(',')
}

function phase(object: KubeObject): string {
  return object.metadata.deletionTimestamp === undefined ? text(at(object, 'status', 'phase')) : 'Terminating'
}

function storageClassName(object: KubeObject): string {
  return (
    object.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ??
    text(at(object, 'spec', 'storageClassName'))
  )
}

const volumeMode = (object: KubeObject): string => text(at(object, 'spec', 'volumeMode')) || '<unset>'

export const persistentVolumeClaim = kind({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  shortNames: ['pvc'],
  subresources: ['status'],
  setDefaults: (object) => fill(ensure(object, 'spec'), { volumeMode: 'Filesystem' }),
  admitCreate(object, api) {
    const spec = ensure(object, 'spec')
    const byAnnotation = object.metadata.annotations?.['volume.beta.kubernetes.io/storage-class']
    const chosen = spec['storageClassName'] === undefined && byAnnotation === undefined && defaultClass(api)
    if (chosen) spec['storageClassName'] = chosen
  },
  prepareForCreate(object) {
    object.status = { phase: 'Pending' }
    protect(object, 'kubernetes.io/pvc-protection')
  },
  validate: (object) => claimErrors(record(object.spec), 'spec'),
  validateUpdate: claimChanges,
  columns: [
    nameColumn,
    column('PersistentVolumeClaim', 'Status', phase),
    column('PersistentVolumeClaim', 'Volume', plain('spec', 'volumeName')),
    column('PersistentVolumeClaim', 'Capacity', (object) =>
      text(at(object, 'spec', 'volumeName')) === '' ? '' : text(at(object, 'status', 'capacity', 'storage')),
    ),
    column('PersistentVolumeClaim', 'Access Modes', (object) =>
      text(at(object, 'spec', 'volumeName')) === '' ? '' : accessModes(at(object, 'status', 'accessModes')),
    ),
    column('PersistentVolumeClaim', 'StorageClass', storageClassName),
    ageColumn,
    column('PersistentVolumeClaim', 'VolumeMode', volumeMode, { wide: true }),
  ],
})

/** A claim that names no class gets the default one, where there is one. */
function defaultClass(api: Api): string | undefined {
  const classes = api.list(api.type('storage.k8s.io/v1', 'StorageClass'))
  const isDefault = ({ metadata }: KubeObject) =>
    metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true'
  return classes.find(isDefault)?.metadata.name
}

/** Admission's finalizer; the volume controller lets it go as soon as nothing uses the object. */
function protect(object: KubeObject, finalizer: string): void {
  const finalizers = object.metadata.finalizers ?? []
  if (!finalizers.includes(finalizer)) object.metadata.finalizers = [...finalizers, finalizer]
}

export const persistentVolume = kind({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  namespaced: false,
  shortNames: ['pv'],
  subresources: ['status'],
  setDefaults(object) {
    const spec = ensure(object, 'spec')
    fill(spec, { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' })
    defaultVolumeSource(spec)
  },
  prepareForCreate(object) {
    object.status = { phase: 'Pending' }
    protect(object, 'kubernetes.io/pv-protection')
  },
  validate: (object) => volumeErrors(record(object.spec)),
  validateUpdate: volumeChanges,
  columns: [
    nameColumn,
    column('PersistentVolume', 'Capacity', plain('spec', 'capacity', 'storage')),
    column('PersistentVolume', 'Access Modes', (object) => accessModes(at(object, 'spec', 'accessModes'))),
    column('PersistentVolume', 'Reclaim Policy', plain('spec', 'persistentVolumeReclaimPolicy')),
    column('PersistentVolume', 'Status', phase),
    column('PersistentVolume', 'Claim', (object) => {
      const [namespace, name] = [
        text(at(object, 'spec', 'claimRef', 'namespace')),
        text(at(object, 'spec', 'claimRef', 'name')),
      ]
      return name === '' ? '' : `${namespace}/${name}`
    }),
    column('PersistentVolume', 'StorageClass', storageClassName),
    column('PersistentVolume', 'Reason', plain('status', 'reason')),
    ageColumn,
    column('PersistentVolume', 'VolumeMode', volumeMode, { wide: true }),
  ],
})

export const storageClass = kind({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  plural: 'storageclasses',
  namespaced: false,
  shortNames: ['sc'],
  setDefaults: (object) => fill(object, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  validate: storageClassErrors,
  validateUpdate: storageClassChanges,
  columns: [
    {
      ...nameColumn,
      cell: (object) => {
        const isDefault = object.metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true'
        return `${object.metadata.name ?? ''}${isDefault ? ' (default)' : ''}`
      },
    },
    column('StorageClass', 'Provisioner', (object) => text(object['provisioner'])),
    column('StorageClass', 'ReclaimPolicy', (object) => text(object['reclaimPolicy'])),
    column('StorageClass', 'VolumeBindingMode', (object) => text(object['volumeBindingMode'])),
    column('StorageClass', 'AllowVolumeExpansion', (object) => object['allowVolumeExpansion'] === true),
    ageColumn,
  ],
})

export const csiDriver = kind({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'CSIDriver',
  plural: 'csidrivers',
  namespaced: false,
  setDefaults: (object) =>
    fill(ensure(object, 'spec'), {
      attachRequired: true,
      podInfoOnMount: false,
      storageCapacity: false,
      fsGroupPolicy: 'ReadWriteOnceWithFSType',
      volumeLifecycleModes: ['Persistent'],
    }),
})

export const csiNode = kind({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'CSINode',
  plural: 'csinodes',
  namespaced: false,
})

export const volumeAttachment = kind({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'VolumeAttachment',
  plural: 'volumeattachments',
  namespaced: false,
  subresources: ['status'],
})
