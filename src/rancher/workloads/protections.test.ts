import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { unlessMissing } from '../../kube/index.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { type Answer, openProjectCalls, type ProjectCalls } from './project-calls.fixture.ts'
import { type Fields, fieldsOf, listOf, setAt, valueAt } from './mapping/rows.ts'

const folder = new URL('../../../test/recordings/rancher-2.4.3/', import.meta.url)
const namespaces = ['team-a', 'team-b', 'cattle-system']

let calls: ProjectCalls

beforeAll(async () => {
  calls = await openProjectCalls()
  for (const name of namespaces) {
    const project = name === 'cattle-system' ? calls.server.projects.system : calls.server.projects.default
    const annotations = { 'field.cattle.io/projectId': project }
    await calls.kube.create('/api/v1/namespaces', { metadata: { name, annotations } })
  }
})
afterAll(() => calls[Symbol.asyncDispose]())

/** The intended change of a recorded exchange, applied to the object before it. */
type Wish = (object: KubeObject, body: Fields) => void

const nothing: Wish = () => {}

const itsImages: Wish = (object, body) => {
  const spec = fieldsOf(valueAt(object, 'spec.template.spec'))
  for (const container of [...listOf(spec['containers']), ...listOf(spec['initContainers'])]) {
    const asked = listOf(body['containers']).find(({ name }) => name === container['name'])
    if (asked) container['image'] = asked['image']
  }
}

const aPause: Wish = (object) => setAt(object, 'spec.paused', true)

const anEndOfThePause: Wish = (object) => {
  delete fieldsOf(object.spec)['paused']
}

/** The template's redeployment timestamp, whatever its value. */
const aRedeployment: Wish = (object) => {
  const metadata = fieldsOf(valueAt(object, 'spec.template.metadata'))
  metadata['annotations'] = { ...fieldsOf(metadata['annotations']), 'cattle.io/timestamp': expect.any(String) }
}

/** Exchanges in which Rancher lost something, with what it lost and what the caller intended. */
const recordedLosses: readonly (readonly [file: string, lost: string, wish: Wish])[] = [
  ['905-pullsecret-kept', 'the pull secret that someone named', itsImages],
  [
    '910-pullsecret-containers-only',
    'the pull secret that someone named, with a document of containers alone',
    itsImages,
  ],
  ['1327-rt-env-order-put', 'the order of variables', itsImages],
  ['1329-rt-env-order2-put', 'the order that $(X) relies on', itsImages],
  ['1331-rt-env-dup-put', 'a variable given twice', itsImages],
  ['1160-klike-put', 'a port without a name', itsImages],
  ['1333-rt-ports-dup-put', 'ports without names', itsImages],
  ['1335-rt-ports-two-put', 'ports without names in two containers', itsImages],
  ['1338-rt-ports-hostip-put', 'a port of the host without a name', itsImages],
  ['1340-rt-nodename-put', 'the node that was named', itsImages],
  ['1342-rt-nodename-put', 'the node selector, with _replace', itsImages],
  ['815-pair-k-full-put-roundtrip', 'divisors, weights, SELinux options', itsImages],
  ['904-pair-k-full3-put-containers-only', 'the same, with a document of containers alone', itsImages],
  ['1319-replace-full-k', 'the same, and affinities between pods, with _replace', itsImages],
  ['776-pair-ports-two-containers-put-roundtrip', 'the node port behind a container without ports', itsImages],
  ['780-pair-sts-vct-put-roundtrip', 'the right to change an image beside claim templates', itsImages],
  ['573-pause', "the ports' names, by a pause", aPause],
  ['580-resume', "the ports' annotation, by its end", anEndOfThePause],
  ['583-redeploy', "the template's annotation, by a redeployment", aRedeployment],
  ['637-am4-redeploy', "the ports' names, by a redeployment", aRedeployment],
  ['550-other-project-put-image', 'what another project holds', nothing],
  ['551-unknown-project-put-image', 'what no such project holds', nothing],
  ['603-rollback-foreign-rs', "the pods, for those of another Deployment's ReplicaSet", nothing],
]

interface Recorded {
  request: { method: string; path: string; body: unknown }
  response: { status: number }
  kubernetes_before: Record<string, KubeObject>
  kubernetes_after: Record<string, KubeObject>
}

function readRecording(file: string): Recorded & { object: KubeObject; after: KubeObject | undefined } {
  const recorded = JSON.parse(readFileSync(new URL(`${file}.json`, folder), 'utf8')) as Recorded
  const [key = '', object] = Object.entries(recorded.kubernetes_before)[0] ?? []
  if (!object) throw new Error(`${file} shows no object`)
  return { ...recorded, object, after: recorded.response.status < 300 ? recorded.kubernetes_after[key] : undefined }
}

/** Recreates the object and returns it as stored. */
async function seed({ apiVersion = '', kind = '', metadata, spec }: KubeObject): Promise<KubeObject> {
  const { namespace = '', name = '', labels, annotations } = metadata
  const path = `/apis/${apiVersion}/namespaces/${namespace}/${kind.toLowerCase()}s`
  await unlessMissing(calls.kube.remove(`${path}/${name}`))
  const kept = { namespace, name, ...(labels && { labels }), ...(annotations && { annotations }) }
  return calls.kube.create(path, { apiVersion, kind, metadata: kept, spec: spec ?? {} })
}

test.each(recordedLosses)('recording %s: %s', async (file, _lost, wish) => {
  const { request, object, after } = readRecording(file)
  const body = fieldsOf(typeof request.body === 'string' ? JSON.parse(request.body || '{}') : request.body)
  const wished = (before: KubeObject) => {
    const copy = structuredClone(before)
    wish(copy, body)
    return copy.spec
  }
  expect(after?.spec, 'what Rancher made of it').not.toEqual(wished(object))
  const before = await seed(object)
  const path = request.path
    .replace('/v3', '')
    .replace('local:p-wr5kf', calls.server.projects.default)
    .replace('local:p-4542x', calls.server.projects.system)
  const answer = await calls.send(request.method, path, body)
  expect(answer.status).toBe(wish === nothing ? 404 : 200)
  const { namespace = '', name = '' } = object.metadata
  const plural = `${String(object.kind).toLowerCase()}s`
  const now = await calls.kube.get(`/apis/apps/v1/namespaces/${namespace}/${plural}/${name}`)
  expect(now.spec).toEqual(wished(before))
})

/** Divisors, the order of variables, weights, unnamed ports, SELinux options, a pull secret and an annotation. */
async function seedFull(): Promise<KubeObject> {
  const { object } = readRecording('815-pair-k-full-put-roundtrip')
  const copy = structuredClone(object)
  const template = fieldsOf(copy.spec?.['template'])
  setAt(template, 'metadata.annotations', { 'example.test/note': 'kept' })
  setAt(template, 'spec.imagePullSecrets', [{ name: 'mine' }])
  return seed(copy)
}

const ofAction: readonly (readonly [what: string, send: () => Promise<Answer>, wish: Wish])[] = [
  ['a pause', () => act('pause'), aPause],
  ['a redeployment', () => act('redeploy'), aRedeployment],
  ['a scale by PUT', () => calls.send('PUT', full, { scale: 7 }), (object) => setAt(object, 'spec.replicas', 7)],
]
const full = 'workloads/deployment:team-a:k-full'
const act = (action: string, body: unknown = {}) => calls.send('POST', `${full}?action=${action}`, body)

const now = () => calls.kube.get('/apis/apps/v1/namespaces/team-a/deployments/k-full')

test.each(ofAction)('%s changes only that, whatever the template contains', async (_what, send, wish) => {
  const before = await seedFull()
  expect(await send()).toMatchObject({ status: 200 })
  wish(before, {})
  expect((await now()).spec).toEqual(before.spec)
})

test('pausing and resuming leave everything else unchanged', async () => {
  const before = await seedFull()
  await act('pause')
  await act('resume')
  expect((await now()).spec).toEqual(before.spec)
})

test('a rollback restores the whole pod spec of that revision', async () => {
  const before = await seedFull()
  const { uid = '' } = before.metadata
  const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'k-full', uid, controller: true }]
  const metadata = { namespace: 'team-a', name: 'k-full-1', ownerReferences }
  const { selector, template } = before.spec ?? {}
  const path = '/apis/apps/v1/namespaces/team-a/replicasets'
  await calls.kube.create(path, { metadata, spec: { replicas: 0, selector, template } })
  const image = { containers: [{ name: 'app', image: 'other.test/app:2' }] }
  await calls.send('PUT', full, image)
  expect((await now()).spec).not.toEqual(before.spec)
  expect(await act('rollback', { replicaSetId: 'replicaset:team-a:k-full-1' })).toMatchObject({ status: 200 })
  expect(valueAt(await now(), 'spec.template.spec')).toEqual(valueAt(before, 'spec.template.spec'))
})

test("a PUT of a Deployment's part returns the document rather than null, and its own collection requires the short id", async () => {
  await seedFull()
  const part = await calls.send('PUT', 'workloads/replicaset:team-a:k-full-1', { scale: 0 })
  expect(part).toMatchObject({ status: 200, body: { id: 'replicaset:team-a:k-full-1', scale: 0 } })
  const image = { containers: [{ name: 'app', image: 'other.test/app:2' }] }
  expect(await calls.send('PUT', 'deployments/team-a:k-full', image)).toMatchObject({ status: 200 })
  expect(await calls.send('PUT', 'deployments/deployment:team-a:k-full', image)).toMatchObject({ status: 404 })
  expect(await calls.send('POST', 'deployments/team-a:k-full?action=redeploy')).toMatchObject({ status: 200 })
})

test.each(['propagationPolicy=Orphan', 'orphanDependents=true'])('deleting one deletes its %s', async (option) => {
  await seedFull()
  const removing = { status: 200, body: { state: 'removing', transitioningMessage: 'waiting on orphan' } }
  expect(await calls.send('DELETE', `${full}?${option}`)).toMatchObject(removing)
  await calls.kube.patch('/apis/apps/v1/namespaces/team-a/deployments/k-full', {
    type: 'merge',
    body: { metadata: { finalizers: null } },
  })
})
