import { describe, expect, it } from 'vitest'
import { connect } from '../kube/index.ts'
import { jsonResponse, type HttpRequest } from '../model/http.ts'
import { kubernetesTarget } from './targets/kubernetes-target.ts'
import { setImages, type ItemResult, type ManyOptions } from './many.ts'
import { parseWish } from './wish.ts'

/** A cluster of deployments without pods; those named `bad…` are not there. */
function manyOf(names: readonly string[]) {
  const requests: string[] = []
  let open = 0
  let most = 0
  const client = connect({
    async fetch({ method, url }: HttpRequest) {
      requests.push(`${method} ${new URL(url).pathname}`)
      most = Math.max(most, ++open)
      await new Promise((done) => setTimeout(done, 1))
      open--
      const name = url.split('?')[0]?.split('/').at(-1) ?? ''
      if (name === 'deployments') return jsonResponse({ metadata: {}, items: [] })
      if (name.startsWith('bad')) {
        return jsonResponse(
          { kind: 'Status', status: 'Failure', reason: 'NotFound', code: 404, metadata: {} },
          { status: 404 },
        )
      }
      return jsonResponse({
        metadata: { name, namespace: 'default' },
        spec: { template: { metadata: {}, spec: { containers: [{ name: 'app', image: 'app:1' }] } } },
      })
    },
  })
  const target = kubernetesTarget({ client })
  const wishes = [parseWish('app=app:2')]
  const items = names.map((name) => ({
    target,
    wishes,
    workload: { kind: 'deployment', namespace: 'default', name } as const,
  }))
  return { items, requests, most: () => most }
}

async function results(names: readonly string[], options: ManyOptions = {}) {
  const { items, requests, most } = manyOf(names)
  const all: ItemResult[] = []
  for await (const event of setImages(items, { wait: false, ...options })) {
    if (event.step === 'result') all.push(event.result)
  }
  const words = all
    .sort((one, other) => one.index - other.index)
    .map((result) => ('verdict' in result ? result.verdict.verdict : 'error' in result ? result.error.code : 'skipped'))
  return { words, requests, most: most() }
}

describe('several changes', () => {
  it('costs two requests for each that is not waited for', async () => {
    const { requests } = await results(['web'])
    const path = '/apis/apps/v1/namespaces/default/deployments/web'
    expect(requests).toEqual([`GET ${path}`, `PATCH ${path}`])
  })

  it('gives each its result, with no more at once than allowed', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `web-${index}`)
    const { words, most } = await results(names, { maxParallel: 4 })
    expect(words).toEqual(names.map(() => 'accepted'))
    expect(most).toBe(4)
  })

  it('begins no other once one has failed, unless told to go on', async () => {
    const names = ['a', 'bad', 'c', 'd']
    expect((await results(names, { maxParallel: 1 })).words).toEqual(['accepted', 'NOT_FOUND', 'skipped', 'skipped'])
    const goOn = await results(names, { maxParallel: 1, stopOnFailure: false })
    expect(goOn.words).toEqual(['accepted', 'NOT_FOUND', 'accepted', 'accepted'])
  })

  it('makes waves that double, the next only after a good one', async () => {
    const names = ['a', 'b', 'bad', 'c', 'd', 'e']
    expect((await results(names, { firstWave: 1 })).words).toEqual([
      'accepted',
      'accepted',
      'NOT_FOUND',
      'skipped',
      'skipped',
      'skipped',
    ])
  })

  it('takes none for nothing to do, and refuses no lanes', async () => {
    expect((await results([])).words).toEqual([])
    await expect(results(['a'], { maxParallel: 0 })).rejects.toMatchObject({ code: 'INVALID' })
  })
})
