import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { curl } from './outside-clients.ts'
import { run, serve, type Served } from './served.ts'

/** The whole document as the article sends it, with the image's tag put in. */
function articleBody(tag: string): string {
  const text = readFileSync(join(import.meta.dirname, 'article/workload.json'), 'utf8')
  return text.replace('admin-master:32', `admin-master:${tag}`)
}

describe.skipIf(!curl)('curl', () => {
  let served: Served
  let address: string

  beforeAll(async () => {
    served = await serve()
    const { url, projectId } = served.ready
    address = `${url}/v3/project/${projectId}/workloads/deployment:default:admin-master`
  })
  afterAll(() => served[Symbol.asyncDispose]())

  async function ask(...args: string[]) {
    const { code, out, err } = await run('curl', ['-sS', '-w', '\n%{http_code}', ...args])
    const [status = '', ...text] = out.trimEnd().split('\n').toReversed()
    return { code, err, status: Number(status), text: text.toReversed().join('\n') }
  }

  function put(tag: string, ...how: string[]) {
    const headers = ['-H', 'Accept: application/json', '-H', 'Content-Type: application/json']
    return ask(...how, '-X', 'PUT', ...headers, '-d', articleBody(tag), address)
  }

  async function kubernetes(path: string): Promise<unknown> {
    const { url, clusterId, key, caFile } = served.ready
    const { text } = await ask(
      '--cacert',
      caFile,
      '-H',
      `Authorization: Bearer ${key}`,
      `${url}/k8s/clusters/${clusterId}${path}`,
    )
    return JSON.parse(text)
  }

  test.each([
    ['-u and --insecure, as the article has it', '33', () => ['--insecure', '-u', served.ready.key]],
    ['-u and --cacert', '34', () => ['--cacert', served.ready.caFile, '-u', served.ready.key]],
    ['Bearer, as Postman sends it', '35', () => ['--insecure', '-H', `Authorization: Bearer ${served.ready.key}`]],
  ])('the article’s PUT works unchanged with %s', async (_, tag, how) => {
    const { status, text } = await put(tag, ...how())
    expect(status).toBe(200)
    expect(JSON.parse(text)).toMatchObject({
      id: 'deployment:default:admin-master',
      type: 'deployment',
      containers: [{ name: 'admin-master', image: `10.212.82.86:1180/java/admin-master:${tag}` }],
    })
  })

  test('the pods are replaced, under a new revision each time', async () => {
    const image = '10.212.82.86:1180/java/admin-master:35'
    await expect
      .poll(
        async () => {
          const pods = (await kubernetes('/api/v1/namespaces/default/pods')) as {
            items: { metadata: { name: string }; spec: { containers: { image: string }[] } }[]
          }
          return pods.items
            .filter(({ metadata }) => metadata.name.startsWith('admin-master'))
            .map(({ spec }) => spec.containers[0]?.image)
        },
        { timeout: 15_000 },
      )
      .toEqual([image])
    const deployment = await kubernetes('/apis/apps/v1/namespaces/default/deployments/admin-master')
    expect(deployment).toMatchObject({ metadata: { annotations: { 'deployment.kubernetes.io/revision': '4' } } })
  })

  test('a certificate that is not trusted is refused by the client', async () => {
    expect((await ask(served.ready.url)).code).toBe(60)
  })

  test.each([
    ['JSON cut in the middle', () => articleBody('36').slice(0, 700), 422],
    ['a body over 2 MiB', () => JSON.stringify({ padding: 'x'.repeat(2 * 1024 * 1024) }), 422],
    ['an image that is none', () => articleBody('36').replace(':36', ':'), 422],
  ])('%s is refused and changes nothing', async (_, body, status) => {
    const args = [
      '--cacert',
      served.ready.caFile,
      '-u',
      served.ready.key,
      '-X',
      'PUT',
      '-H',
      'Content-Type: application/json',
    ]
    const answer = await run('curl', ['-sS', '-o', '/dev/null', '-w', '%{http_code}', ...args, '-d', '@-', address], {
      input: body(),
    })
    expect(Number(answer.out)).toBe(status)
    await sleep(100)
    const { text } = await ask('--cacert', served.ready.caFile, '-u', served.ready.key, address)
    expect(text).toContain('admin-master:35')
  })

  test.each([
    ['no key', [], 401],
    ['a wrong key', ['-u', 'token-aaaaa:wrong'], 401],
  ])('%s is answered %s', async (_, how, status) => {
    const answer = await ask('--insecure', ...how, address)
    expect(answer.status).toBe(status)
  })
})
