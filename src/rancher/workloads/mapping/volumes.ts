import { type Conversion, type Fields, isFields } from './rows.ts'

/** v3's volume differs from Kubernetes' in two sources; a claim's id needs the namespace. */
export function volumeConversion(namespace: string): Conversion {
  return {
    read: (volume) => (isFields(volume) ? readVolume(volume, namespace) : volume),
    write: (volume) => (isFields(volume) ? writeVolume(volume, namespace) : volume),
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
  const name = String(claimName)
  return { ...rest, persistentVolumeClaimId: name.includes(':') ? name : `${namespace}:${name}` }
}

function writeVolume(volume: Fields, namespace: string): Fields {
  const { hostPath, persistentVolumeClaim, ...rest } = volume
  return {
    ...rest,
    ...(isFields(hostPath) && { hostPath: writeHostPath(hostPath) }),
    ...(isFields(persistentVolumeClaim) && { persistentVolumeClaim: writeClaim(persistentVolumeClaim, namespace) }),
  }
}

/** v3 names a claim by id, `namespace:name`, or by the name alone. Another namespace's id is taken for a name. */
function writeClaim({ persistentVolumeClaimId: id, ...rest }: Fields, namespace: string): Fields {
  if (typeof id !== 'string') return rest
  return { ...rest, claimName: id.startsWith(`${namespace}:`) ? id.slice(namespace.length + 1) : id }
}

function writeHostPath({ kind, ...rest }: Fields): Fields {
  return kind ? { ...rest, type: kind } : rest
}
