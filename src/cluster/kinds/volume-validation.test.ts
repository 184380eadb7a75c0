import { expect, test } from 'vitest'
import { validateVolumes } from './volume-validation.ts'

test.each([
  [{ name: 'v', hostPath: { path: '/x' }, emptyDir: {} }, 'spec.volumes[0].hostPath'],
  [{ name: 'v', configMap: { name: 'c' }, secret: { secretName: 's' } }, 'spec.volumes[0].configMap'],
])('of %j it is %s that is too many', (volume, field) => {
  const { errors } = validateVolumes([volume], 'spec.volumes')
  expect(errors).toMatchObject([{ field, message: expect.stringContaining('may not specify more than 1 volume type') }])
})
