import { expect, test } from 'vitest'
import { statefulSet } from './stateful-sets.ts'

test.each([
  [undefined, { type: 'RollingUpdate', rollingUpdate: { partition: 0 } }],
  [{ rollingUpdate: { partition: 2 } }, { type: 'RollingUpdate', rollingUpdate: { partition: 2 } }],
  [{ type: 'RollingUpdate' }, { type: 'RollingUpdate' }],
  [
    { type: 'RollingUpdate', rollingUpdate: {} },
    { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
  ],
  [{ type: 'OnDelete' }, { type: 'OnDelete' }],
])('the update strategy %j becomes %j', (updateStrategy, expected) => {
  const object = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: {}, spec: { template: {}, updateStrategy } }
  statefulSet.setDefaults?.(object)
  expect(object.spec.updateStrategy).toEqual(expected)
})
