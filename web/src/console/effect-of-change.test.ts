import { expect, test } from 'vitest'
import { english } from '../language/english.ts'
import { effectOfChange } from './effect-of-change.ts'

const deployment = (spec: Record<string, unknown>) =>
  effectOfChange(english, 'deployment', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec })

const rolling = (maxSurge: string | number, maxUnavailable: string | number) => ({
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
})

test.each([
  [{ replicas: 3 }, 'at most 1 more than wanted, and none missing at any time'],
  [{ replicas: 10 }, 'at most 3 more than wanted, at most 2 missing at any time'],
  [{ replicas: 4, ...rolling(0, '1%') }, 'at most 0 more than wanted, at most 1 missing at any time'],
  [{ replicas: 2, ...rolling(1, 0) }, 'at most 1 more than wanted, and none missing at any time'],
  [{ replicas: 3, strategy: { type: 'Recreate' } }, 'Terminates all 3 pods first'],
  [{ replicas: 0 }, 'scaled to 0'],
  [{ replicas: 3, paused: true }, 'paused'],
])('%j: %s', (spec, words) => {
  expect(deployment(spec)).toContain(words)
})
