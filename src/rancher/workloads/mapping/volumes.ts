import { type Conversion, type Fields, isFields } from './rows.ts'

/** A volume's v3 form differs from Kubernetes' in two of its sources; the claim's id needs the namespace. */
export function volumeConversion(namespace: string): Conversion {
  return {
    read: (volume) => (isFields(volume) ? readVolume(volume, namespace) : volume),
    write: (volume) => (isFields(volume) ? writeVolume(volume) : volume),
  }
}

function readVolume(volume: Fields, namespace: string): Fields {
  const { hostPath, persistentVolumeClaim, ...rest } = volume
  return {
    ...rest,
    ...(isFields(hostPath) && { hostPath: readHostPath(hostPath) }),
    ...(isFields(persistentVolumeClaim) && { persistentVolumeClaim: readClaim(persistentVolumeClaim, namespace) }),
  }
}

function readHostPath({ type, ...rest }: Fields): Fields {
  return type === undefined ? rest : { ...rest, kind: type }
}

function readClaim({ claimName, ...rest }: Fields, namespace: string): Fields {
  return { ...rest, persistentVolumeClaimId: `${namespace}:${String(claimName)}` }
}

function writeVolume(volume: Fields): Fields {
  const { hostPath, persistentVolumeClaim, ...rest } = volume
  return {
    ...rest,
    ...(isFields(hostPath) && { hostPath: writeHostPath(hostPath) }),
    ...(isFields(persistentVolumeClaim) && { persistentVolumeClaim: writeClaim(persistentVolumeClaim) }),
  }
}

/** v3 names a claim by id, `namespace:name`, or by the name alone. */
function writeClaim({ persistentVolumeClaimId, ...rest }: Fields): Fields {
  if (typeof persistentVolumeClaimId !== 'string') return rest
  return { ...rest, claimName: persistentVolumeClaimId.slice(persistentVolumeClaimId.indexOf(':') + 1) }
}

function writeHostPath({ kind, ...rest }: Fields): Fields {
  return kind ? { ...rest, type: kind } : rest
}
