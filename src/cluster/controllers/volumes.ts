import type { KubeObject } from '../resource.ts'
import type { Context, Controller } from './controller.ts'
import { selects } from '../../model/label-selector.ts'
import { isDeleting, keyOf, splitKey, withMetadata, type LabelSelector, type Pod, type Stored } from './objects.ts'
import { isFinished } from './pod-state.ts'
import { parseQuantity } from './quantity.ts'
import { term, type View } from './view.ts'

interface ClaimReference {
  namespace?: string
  name?: string
  uid?: string
}

export interface Volume extends Stored {
  spec: {
    capacity?: { storage?: string }
    accessModes?: string[]
    storageClassName?: string
    volumeMode?: string
    persistentVolumeReclaimPolicy?: string
    claimRef?: ClaimReference
  }
  status?: { phase?: string }
}

export interface Claim extends Stored {
  spec: {
    accessModes?: string[]
    resources?: { requests?: { storage?: string } }
    storageClassName?: string
    volumeMode?: string
    volumeName?: string
    selector?: LabelSelector
  }
  status?: { phase?: string }
}

interface StorageClass extends Stored {
  provisioner?: string
  reclaimPolicy?: string
  volumeBindingMode?: string
}

const component = 'persistentvolume-controller'
const protections = {
  PersistentVolumeClaim: 'kubernetes.io/pvc-protection',
  PersistentVolume: 'kubernetes.io/pv-protection',
}

/** Names of the claims that a pod mounts. */
export function claimsOf({ spec }: Pod): string[] {
  return (spec.volumes ?? []).flatMap((volume) => {
    const source = volume['persistentVolumeClaim'] as { claimName?: string } | undefined
    return source?.claimName ?? []
  })
}

export function isBound({ status }: Claim | Volume): boolean {
  return status?.phase === 'Bound'
}

/** Why a pod's claims keep it from being scheduled, in the scheduler's words. */
export function claimProblem(view: View, pod: Pod): string | undefined {
  if (!view.serves('PersistentVolumeClaim')) return undefined
  for (const name of claimsOf(pod)) {
    const claim = view.find('PersistentVolumeClaim', pod.metadata.namespace, name) as Claim | undefined
    if (!claim) return `persistentvolumeclaim "${name}" not found`
    if (isDeleting(claim)) return `persistentvolumeclaim "${name}" is being deleted`
    if (!isBound(claim)) return 'pod has unbound immediate PersistentVolumeClaims'
  }
  return undefined
}

/**
 * Binds claims to an existing volume that fits, or to a new one if their storage class exists. Volumes store nothing.
 * Claims and volumes in use are not removed before they are released.
 */
export function volumeController(context: Context): Controller {
  const { view } = context
  const told = new Map<string, string>()
  const pending = () =>
    view
      .all('PersistentVolumeClaim')
      .filter((claim) => !isBound(claim as Claim))
      .map(keyOf)
  return {
    name: component,
    watches: {
      PersistentVolumeClaim: ({ type, object }) => {
        if (type === 'DELETED') told.delete(object.metadata.uid)
        const { volumeName } = (object as Claim).spec
        return [keyOf(object), ...(volumeName ? [`/${volumeName}`] : [])]
      },
      PersistentVolume: ({ object }) => [keyOf(object), ...pending()],
      StorageClass: pending,
      Pod: ({ object }) => claimsOf(object).map((name) => `${object.metadata.namespace}/${name}`),
    },
    async reconcile(key) {
      const { namespace, name } = splitKey(key)
      if (namespace === undefined) {
        const volume = view.find('PersistentVolume', undefined, name) as Volume | undefined
        if (volume) await reconcileVolume(view, volume)
        return
      }
      const claim = view.find('PersistentVolumeClaim', namespace, name) as Claim | undefined
      if (claim) await reconcileClaim(context, claim, told)
    },
  }
}

async function reconcileVolume(view: View, volume: Volume): Promise<void> {
  const { claimRef, persistentVolumeReclaimPolicy } = volume.spec
  const claim = claimRef && view.find('PersistentVolumeClaim', claimRef.namespace, claimRef.name ?? '')
  const isClaimed = claim !== undefined && claim.metadata.uid === (claimRef?.uid ?? claim.metadata.uid)
  if (isDeleting(volume)) {
    if (!isClaimed) await unprotect(view, 'PersistentVolume', volume)
    return
  }
  const isReleased = claimRef?.uid !== undefined && !isClaimed
  if (isReleased && persistentVolumeReclaimPolicy === 'Delete') return view.delete('PersistentVolume', volume)
  const phase = isReleased ? 'Released' : isClaimed && isBound(claim as Claim) ? 'Bound' : 'Available'
  if (volume.status?.phase === phase) return
  await view.updateStatus('PersistentVolume', { ...volume, status: { ...volume.status, phase } })
}

async function reconcileClaim(context: Context, claim: Claim, told: Map<string, string>): Promise<void> {
  const { view } = context
  const isUsed = () =>
    view
      .by('Pod', term.namespace(claim.metadata.namespace))
      .some((pod) => !isFinished(pod) && claimsOf(pod).includes(claim.metadata.name))
  if (isDeleting(claim)) {
    if (!isUsed()) await unprotect(view, 'PersistentVolumeClaim', claim)
    return
  }
  if (isBound(claim)) return
  const volume = fittingVolume(view, claim)
  if (volume) return bind(view, claim, volume)
  const { storageClassName } = claim.spec
  if (!storageClassName) {
    const message = 'no persistent volumes available for this claim and no storage class is set'
    return tell(context, claim, told, 'Normal', 'FailedBinding', message)
  }
  const storageClass: StorageClass | undefined = view.find('StorageClass', undefined, storageClassName)
  if (!storageClass) {
    const message = `storageclass.storage.k8s.io "${storageClassName}" not found`
    return tell(context, claim, told, 'Warning', 'ProvisioningFailed', message)
  }
  if (storageClass.volumeBindingMode === 'WaitForFirstConsumer' && !isUsed()) {
    const message = 'waiting for first consumer to be created before binding'
    return tell(context, claim, told, 'Normal', 'WaitForFirstConsumer', message)
  }
  const made = (await view.create('PersistentVolume', newVolume(claim, storageClass))) as Volume
  tell(context, claim, told, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${made.metadata.name}`)
  await bind(view, claim, made)
}

/** Emits once per state of a claim. */
function tell(
  { events }: Context,
  claim: Claim,
  told: Map<string, string>,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  if (told.get(claim.metadata.uid) === message) return
  told.set(claim.metadata.uid, message)
  events.record(claim, { component }, { type, reason, message })
}

async function unprotect(view: View, kind: keyof typeof protections, object: Stored): Promise<void> {
  const finalizers = object.metadata.finalizers ?? []
  const left = finalizers.filter((finalizer) => finalizer !== protections[kind])
  if (left.length < finalizers.length) await view.update(kind, withMetadata(object, { finalizers: left }))
}

/** The volume reserved for the claim, or the smallest free one that fits. */
function fittingVolume(view: View, claim: Claim): Volume | undefined {
  const volumes = view.all('PersistentVolume') as Volume[]
  const own = volumes.find((volume) => isMeantFor(volume, claim))
  if (own) return own
  const { volumeName } = claim.spec
  const free = volumes.filter((volume) => !volume.spec.claimRef && !isDeleting(volume) && fits(volume, claim))
  if (volumeName) return free.find(({ metadata }) => metadata.name === volumeName)
  return free.sort((one, other) => sizeOf(one) - sizeOf(other))[0]
}

function isMeantFor({ spec, metadata }: Volume, claim: Claim): boolean {
  const { claimRef } = spec
  const { namespace, name, uid } = claim.metadata
  if (claim.spec.volumeName && claim.spec.volumeName !== metadata.name) return false
  return claimRef?.namespace === namespace && claimRef?.name === name && (claimRef?.uid ?? uid) === uid
}

function fits(volume: Volume, { spec }: Claim): boolean {
  const { accessModes = [], storageClassName = '', volumeMode = 'Filesystem' } = volume.spec
  return (
    (spec.storageClassName ?? '') === storageClassName &&
    (spec.volumeMode ?? 'Filesystem') === volumeMode &&
    (spec.accessModes ?? []).every((mode) => accessModes.includes(mode)) &&
    sizeOf(volume) >= parseQuantity(spec.resources?.requests?.storage) &&
    (!spec.selector || selects(spec.selector, volume.metadata.labels))
  )
}

function sizeOf({ spec }: Volume): number {
  return parseQuantity(spec.capacity?.storage)
}

function newVolume(claim: Claim, storageClass: StorageClass): KubeObject {
  const { spec, metadata } = claim
  const { accessModes = [], resources, volumeMode = 'Filesystem' } = spec
  const name = `pvc-${metadata.uid}`
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, annotations: { 'pv.kubernetes.io/provisioned-by': storageClass.provisioner ?? '' } },
    spec: {
      capacity: { storage: resources?.requests?.storage },
      accessModes,
      volumeMode,
      storageClassName: storageClass.metadata.name,
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      hostPath: { path: `/var/lib/volumes/${name}`, type: '' },
      claimRef: reference(claim),
    },
  }
}

function reference({ metadata }: Claim): Record<string, unknown> {
  const { namespace, name, uid, resourceVersion } = metadata
  return { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name, uid, resourceVersion }
}

const boundByUs = { 'pv.kubernetes.io/bound-by-controller': 'yes' }

async function bind(view: View, claim: Claim, volume: Volume): Promise<void> {
  const { capacity, accessModes = [] } = volume.spec
  let taken = volume
  if (volume.spec.claimRef?.uid === undefined) {
    const spec = { ...volume.spec, claimRef: reference(claim) }
    const annotations = { ...volume.metadata.annotations, ...boundByUs }
    taken = (await view.update('PersistentVolume', withMetadata({ ...volume, spec }, { annotations }))) as Volume
  }
  await view.updateStatus('PersistentVolume', { ...taken, status: { ...taken.status, phase: 'Bound' } })
  const annotations = { ...claim.metadata.annotations, 'pv.kubernetes.io/bind-completed': 'yes', ...boundByUs }
  const spec = { ...claim.spec, volumeName: volume.metadata.name }
  const named = (await view.update('PersistentVolumeClaim', withMetadata({ ...claim, spec }, { annotations }))) as Claim
  const status = { ...named.status, phase: 'Bound', accessModes, ...(capacity && { capacity }) }
  await view.updateStatus('PersistentVolumeClaim', { ...named, status })
}
