import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { unlessMissing } from '../../../kube/index.ts'
import { openProjectCalls, type ProjectCalls } from '../project-calls.fixture.ts'
import { pullSecretsFor, type RegistryCredential } from './pull-secrets.ts'
import { type Fields, listOf } from './rows.ts'

const credential = (name: string, ...hosts: string[]): RegistryCredential => ({
  name,
  hosts: new Set(hosts),
  ofProject: false,
})
const credentials = [
  credential('a', 'a.test'),
  credential('both', 'a.test', 'b.test'),
  credential('hub', 'index.docker.io'),
]

test.each([
  { named: ['mine'], from: ['x.test/i:1'], to: ['x.test/i:2'], secrets: ['mine'] },
  { named: ['mine'], from: ['x.test/i:1'], to: ['a.test/i:1'], secrets: ['mine', 'a', 'both'] },
  { named: ['a', 'both', 'mine'], from: ['a.test/i:1'], to: ['b.test/i:1'], secrets: ['mine', 'both'] },
  { named: [], from: ['i'], to: ['a.test/i', 'b.test/i'], secrets: ['a', 'both', 'both'] },
  { named: [], from: ['a.test/i'], to: ['nginx'], secrets: ['hub'] },
])('from $from to $to with $named: $secrets', ({ named, from, to, secrets }) => {
  const change = { named, imagesBefore: from, imagesAfter: to, credentials }
  expect(pullSecretsFor(change)).toEqual(secrets.map((name) => ({ name })))
})

let calls: ProjectCalls
beforeAll(async () => {
  calls = await openProjectCalls()
  const registries = { 'project.test': { username: 'u', password: 'p' } }
  await calls.send('POST', 'dockerCredentials', { name: 'projreg', registries })
})
afterAll(() => calls[Symbol.asyncDispose]())

async function makeNamespace(name: string, projectId: string | undefined): Promise<void> {
  const answer = await calls.send('POST', '/cluster/local/namespaces', { name, ...(projectId && { projectId }) })
  expect(answer.status).toBe(201)
}

const copyIn = (namespace: string) => unlessMissing(calls.kube.get(`/api/v1/namespaces/${namespace}/secrets/projreg`))

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(5)
}

test('a namespace that joins a project gets its credentials: computed at once, copied, and removed when it leaves', async () => {
  const { default: project, system } = calls.server.projects
  await makeNamespace('joining', undefined)
  await calls.send('POST', '/cluster/local/namespaces/joining?action=move', { projectId: project })
  const containers = [{ name: 'web', image: 'project.test/web:1' }]
  const workload = { name: 'web', namespaceId: 'joining', containers, imagePullSecrets: [{ name: 'mine' }] }
  const { body } = await calls.send('POST', 'workloads', workload)
  expect(listOf(body['imagePullSecrets'])).toMatchObject([{ name: 'mine' }, { name: 'projreg' }])
  await until(async () => (await copyIn('joining')) !== undefined)
  const elsewhere: Fields = { containers: [{ name: 'web', image: 'elsewhere.test/web:1' }] }
  const changed = await calls.send('PUT', 'workloads/deployment:joining:web', elsewhere)
  expect(listOf(changed.body['imagePullSecrets'])).toMatchObject([{ name: 'mine' }])
  await calls.send('POST', '/cluster/local/namespaces/joining?action=move', { projectId: system })
  await until(async () => (await copyIn('joining')) === undefined)
})

test('secrets with that name made by others, or copied by Rancher, are left alone', async () => {
  const annotations = { 'secret.user.cattle.io/secret': 'true' }
  const theirs = { metadata: { name: 'projreg', annotations }, stringData: { key: 'theirs' } }
  await makeNamespace('theirs', undefined)
  await calls.kube.create('/api/v1/namespaces/theirs/secrets', theirs)
  const moved = { projectId: calls.server.projects.default }
  await calls.send('POST', '/cluster/local/namespaces/theirs?action=move', moved)
  await makeNamespace('later', calls.server.projects.default)
  await until(async () => (await copyIn('later')) !== undefined)
  await calls.send('DELETE', 'dockerCredentials/p-dghs7:projreg')
  await until(async () => (await copyIn('later')) === undefined)
  expect(await copyIn('theirs')).toMatchObject({ data: { key: Buffer.from('theirs').toString('base64') } })
})
