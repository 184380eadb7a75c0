import { afterEach, expect, it, vi } from 'vitest'
import { connect } from '../kube/index.ts'
import { jsonResponse } from '../model/http.ts'
import { kubernetesTarget } from './targets/kubernetes-target.ts'
import { systemClock } from './clock.ts'
import { setImage } from './set-image.ts'
import type { Verdict } from './verdict.ts'
import { parseWish } from './wish.ts'

afterEach(() => vi.restoreAllMocks())

/** A rollout that never progresses. */
function stuck() {
  const client = connect({
    fetch: async ({ method, url }) => {
      if (/replicasets|pods|events/.test(new URL(url).pathname)) return jsonResponse({ metadata: {}, items: [] })
      const image = method === 'PATCH' || patched ? 'app:2' : 'app:1'
      patched ||= method === 'PATCH'
      return jsonResponse({
        metadata: { name: 'web', namespace: 'default', generation: 2 },
        spec: { selector: {}, template: { metadata: {}, spec: { containers: [{ name: 'app', image }] } } },
        status: { observedGeneration: 2, replicas: 1, updatedReplicas: 0, availableReplicas: 1 },
      })
    },
  })
  let patched = false
  return kubernetesTarget({ client })
}

it.each([
  ['forward by a day', 86_400_000],
  ['back by a day', -86_400_000],
])('times out correctly on a machine whose clock is set %s', async (_, jump) => {
  const real = Date.now.bind(Date)
  const before = systemClock.now()
  let verdict: Verdict | undefined
  for await (const event of setImage(
    stuck(),
    { kind: 'deployment', namespace: 'default', name: 'web' },
    [parseWish('app=app:2')],
    {
      timeout: 600,
      quickInterval: 50,
    },
  )) {
    if (event.step === 'applied') vi.spyOn(Date, 'now').mockImplementation(() => real() + jump)
    if (event.step === 'verdict') verdict = event.verdict
  }
  expect(verdict?.verdict).toBe('timed-out')
  expect(verdict?.seconds).toBeGreaterThanOrEqual(0.6)
  expect(verdict?.seconds).toBeLessThan(60)
  expect(systemClock.now() - before).toBeLessThan(60_000)
})
