import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { curl } from './outside-clients.ts'
import { run, serve, type Ready, type Served } from './served.ts'

const repository = '10.212.82.86:1180/java/admin-master'

/** The article's whole document with another tag. */
function articleBody(tag: string): string {
  const text = readFileSync(join(import.meta.dirname, 'article/workload.json'), 'utf8')
  return text.replace('admin-master:32', `admin-master:${tag}`)
}

async function ask(...args: string[]) {
  const { code, out, err } = await run('curl', ['-sS', '-w', '\n%{http_code}', ...args])
  const [status = '', ...text] = out.trimEnd().split('\n').toReversed()
  return { code, err, status: Number(status), text: text.toReversed().join('\n') }
}

function addressOf({ url, projectId }: Ready): string {
  return `${url}/v3/project/${projectId}/workloads/deployment:default:admin-master`
}

const json = ['-H', 'Accept: application/json', '-H', 'Content-Type: application/json']

interface PodList {
  items: { metadata: { name: string }; spec: { containers: { image: string }[] } }[]
}

describe.skipIf(!curl)('the article’s PUT by curl', () => {
  test.each<[string, (ready: Ready) => string[]]>([
    ['-u and --insecure, as the article has it', ({ key }) => ['--insecure', '-u', key]],
    ['-u and --cacert', ({ key, caFile }) => ['--cacert', caFile, '-u', key]],
    ['Bearer, as Postman sends it', ({ key }) => ['--insecure', '-H', `Authorization: Bearer ${key}`]],
  ])('works unchanged with %s and replaces the pods', async (_, how) => {
    await using served = await serve()
    const { ready } = served
    const { status, text } = await ask(...how(ready), '-X', 'PUT', ...json, '-d', articleBody('33'), addressOf(ready))
    expect(status).toBe(200)
    expect(JSON.parse(text)).toMatchObject({
      id: 'deployment:default:admin-master',
      type: 'deployment',
      containers: [{ name: 'admin-master', image: `${repository}:33` }],
    })
    const kubernetes = async (path: string) =>
      JSON.parse((await ask(...how(ready), `${ready.url}/k8s/clusters/${ready.clusterId}${path}`)).text) as unknown
    await expect
      .poll(async () => imagesOf((await kubernetes('/api/v1/namespaces/default/pods')) as PodList), { timeout: 15_000 })
      .toEqual([`${repository}:33`])
    expect(await kubernetes('/apis/apps/v1/namespaces/default/deployments/admin-master')).toMatchObject({
      metadata: { annotations: { 'deployment.kubernetes.io/revision': '2' } },
    })
  })
})

function imagesOf({ items }: PodList): (string | undefined)[] {
  const own = items.filter(({ metadata }) => metadata.name.startsWith('admin-master'))
  return own.map(({ spec }) => spec.containers[0]?.image)
}

describe.skipIf(!curl)('curl and bad input', () => {
  let served: Served

  beforeAll(async () => {
    served = await serve()
  })
  afterAll(() => served[Symbol.asyncDispose]())

  test('rejects an untrusted certificate', async () => {
    expect((await ask(served.ready.url)).code).toBe(60)
  })

  test.each([
    ['JSON cut in the middle', () => articleBody('36').slice(0, 700)],
    ['a body over 2 MiB', () => JSON.stringify({ padding: 'x'.repeat(2 * 1024 * 1024) })],
    ['an image that is none', () => articleBody('36').replace(':36', ':')],
  ])('is refused %s and changes nothing', async (_, body) => {
    const { ready } = served
    const trusted = ['--cacert', ready.caFile, '-u', ready.key]
    const put = ['-sS', '-w', '\n%{http_code}', ...trusted, '-X', 'PUT', ...json, '-d', '@-', addressOf(ready)]
    const { out } = await run('curl', put, { input: body() })
    expect(out).toMatch(/"type":"error"[^]*\n422$/)
    expect((await ask(...trusted, addressOf(ready))).text).toContain(`${repository}:32`)
  })

  test.each([
    ['no key', []],
    ['a wrong key', ['-u', 'token-aaaaa:wrong']],
  ])('is answered 401 with %s', async (_, how) => {
    expect((await ask('--insecure', ...how, addressOf(served.ready))).status).toBe(401)
  })
})
