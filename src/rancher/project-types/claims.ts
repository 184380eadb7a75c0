import { row } from '../workloads/mapping/rows.ts'
import { namespacedType } from './namespaced-type.ts'

export const persistentVolumeClaimType = namespacedType({
  id: 'persistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  kind: 'PersistentVolumeClaim',
  stateful: true,
  rows: [
    row('accessModes', 'spec.accessModes'),
    row('dataSource', 'spec.dataSource'),
    row('resources', 'spec.resources'),
    row('selector', 'spec.selector'),
    row('storageClassId', 'spec.storageClassName'),
    row('volumeId', 'spec.volumeName'),
    row('volumeMode', 'spec.volumeMode'),
  ],
  read: ({ status }) => ({ status }),
})
