import { row } from '../workloads/mapping/rows.ts'
import { namespacedType } from './namespaced-type.ts'

export const configMapType = namespacedType({
  id: 'configMap',
  plural: 'configmaps',
  kind: 'ConfigMap',
  rows: [row('data'), row('binaryData')],
})
