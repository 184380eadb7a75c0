import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cluster, openCluster } from '../../cluster/index.ts'
import { connect } from '../../kube/index.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { changesOfAll, type Source } from './changes.ts'
import { Watched } from './watched.ts'

let cluster: Cluster
const lists: Watched[] = []
beforeAll(async () => {
  cluster = await openCluster({ controllers: false })
  const kube = connect({ fetch: cluster.fetch })
  for (const plural of ['configmaps', 'secrets']) lists.push(await Watched.open(kube, `/api/v1/${plural}`))
})
afterAll(async () => {
  for (const list of lists) await list[Symbol.asyncDispose]()
  await cluster[Symbol.asyncDispose]()
})

let revision = 1_000_000
function object(name: string, labels: Record<string, string> = {}): KubeObject {
  return { metadata: { name, namespace: 'default', uid: name, resourceVersion: String(++revision), labels } }
}

/** Shows whatever is not hidden. */
const map: Source['map'] = ({ metadata }) =>
  metadata.labels?.['hidden'] === 'yes' ? undefined : { id: metadata.name ?? '', type: 'thing' }

test('sends the current objects, then the changes of all lists; objects that become hidden are removed', async () => {
  const [first, second] = lists
  if (!first || !second) return
  first.accept(object('a'))
  using ending = abortAtEnd()
  const feed = changesOfAll(
    [
      { list: first, map },
      { list: second, map },
    ],
    ending.signal,
  )
  const next = async () => {
    const { value } = await feed.next()
    return value && `${value.name} ${value.resource.id}`
  }
  expect(await next()).toBe('resource.change a')
  second.accept(object('b'))
  first.accept(object('never', { hidden: 'yes' }))
  first.accept(object('a', { hidden: 'yes' }))
  second.forget('default/b')
  expect([await next(), await next(), await next()]).toEqual([
    'resource.change b',
    'resource.remove a',
    'resource.remove b',
  ])
})

test('drops a reader that lags 2,000 changes behind', async () => {
  const [list] = lists
  if (!list) return
  list.accept(object('busy'))
  using ending = abortAtEnd()
  const feed = changesOfAll([{ list, map }], ending.signal)
  await feed.next()
  for (let at = 0; at <= 2000; at++) list.accept(object('busy'))
  await expect(feed.next()).rejects.toThrow('lags')
})

function abortAtEnd(): Disposable & { signal: AbortSignal } {
  const ending = new AbortController()
  return { signal: ending.signal, [Symbol.dispose]: () => ending.abort() }
}
