import { expect, test } from 'vitest'
import { volumeConversion } from './volumes.ts'

const conversion = volumeConversion('team-a')
const volume = (claim: object) => ({ name: 'v', persistentVolumeClaim: claim })

test.each([
  ['team-a:data', 'data', 'team-a:data'],
  ['data', 'data', 'team-a:data'],
  ['team-b:data', 'team-b:data', 'team-b:data'],
])('the claim %s is written as %s and read as %s', (persistentVolumeClaimId, claimName, shown) => {
  expect(conversion.write(volume({ persistentVolumeClaimId }))).toEqual(volume({ claimName }))
  expect(conversion.read(volume({ claimName }))).toEqual(volume({ persistentVolumeClaimId: shown }))
})
