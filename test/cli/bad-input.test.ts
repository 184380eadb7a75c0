import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { drover, droverEnv, serve, type Outcome, type Served } from '../clients/served.ts'

const image = '10.212.82.86:1180/java/admin-master'
const workload = 'deployment/admin-master'

/** The real command reports bad input clearly, with the right exit code, and changes nothing. */
describe('bad input', () => {
  let served: Served

  beforeAll(async () => {
    served = await serve()
  })
  afterAll(() => served[Symbol.asyncDispose]())

  function ask(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
    return drover(args, { ...droverEnv(served.ready), ...env })
  }

  /** The current images, independent of pods that are still starting. */
  async function images(): Promise<unknown> {
    const { out } = await ask(['get', 'workloads', '-o', 'json'])
    return (JSON.parse(out) as { name: string; containers: unknown }[]).map(({ name, containers }) => [
      name,
      containers,
    ])
  }

  async function expectRefusal(args: readonly string[], env: Record<string, string>, code: number, says: RegExp) {
    const before = await images()
    const answer = await ask(args, env)
    expect(answer.err).toMatch(says)
    expect({ code: answer.code, out: answer.out }).toEqual({ code, out: '' })
    expect(await images()).toEqual(before)
  }

  test.each([
    ['nginx:', /not an image reference: "nginx:"/],
    ['UPPER/case', /not an image reference: "UPPER\/case": .*did you mean upper\/case\?/],
    ['a b', /not an image reference: "a b"/],
    ['https://registry.example/shop/web:1', /not an image reference: "https:\/\/.*did you mean registry\.example/],
    ['docker pull x', /not an image reference: "docker pull x"/],
    ['', /./],
  ])('rejects %j as an image', async (reference, says) => {
    await expectRefusal(['set', 'image', workload, `admin-master=${reference}`], {}, 2, says)
  })

  test('rejects an unknown container and lists the existing ones', async () => {
    await expectRefusal(['set', 'image', workload, 'nope=nginx:1'], {}, 3, /"?nope"?.*admin-master/)
  })

  test('rejects an unknown workload and lists the existing ones', async () => {
    const args = ['set', 'image', 'deployment/nope', 'nope=nginx:1']
    await expectRefusal(args, {}, 3, /there is no deployment "nope".*admin-master/)
  })

  test('names the namespace that the workload is in', async () => {
    const args = ['set', 'image', 'deployment/orders', 'orders=nginx:1']
    await expectRefusal(args, {}, 3, /no deployment "orders" in namespace "default"; there is one in namespace shop$/m)
  })

  test('asks for credentials and explains how to get them', async () => {
    const args = ['set', 'image', workload, `admin-master=${image}:33`]
    await expectRefusal(
      args,
      { RANCHER_TOKEN: '' },
      4,
      /no credentials: set RANCHER_ACCESS_KEY .*\nhint: .*drover keys create/,
    )
  })

  test('refuses a wrong key without echoing it', async () => {
    const args = ['set', 'image', workload, `admin-master=${image}:33`]
    const env = { RANCHER_TOKEN: 'token-aaaaa:wrongsecret' }
    await expectRefusal(args, env, 4, /^error: (?!.*wrongsecret).*\n(?!.*wrongsecret)hint: the key may be wrong/)
  })

  test('refuses an expired key', async () => {
    const { out } = await ask(['keys', 'create', '--ttl', '1s', '-o', 'json'])
    const { key } = JSON.parse(out) as { key: string }
    await expect
      .poll(async () => (await ask(['get', 'workloads'], { RANCHER_TOKEN: key })).code, { timeout: 20_000 })
      .toBe(4)
    const args = ['set', 'image', workload, `admin-master=${image}:33`]
    await expectRefusal(args, { RANCHER_TOKEN: key }, 4, /hint: the key may be wrong|expired/)
  })

  test('refuses an untrusted certificate and explains how to trust it', async () => {
    const args = ['set', 'image', workload, `admin-master=${image}:33`]
    const says = /is not trusted: .*\nhint: pass --ca-file FILE/
    await expectRefusal(args, { DROVER_CA_FILE: '' }, 4, says)
  })

  test('reports that nothing is listening', async () => {
    const args = ['set', 'image', workload, `admin-master=${image}:33`, '--server', 'https://127.0.0.1:1']
    await expectRefusal(args, {}, 4, /cannot reach 127\.0\.0\.1:1: nothing listens there/)
  })

  test('says that the server speaks HTTPS', async () => {
    const server = served.ready.url.replace('https:', 'http:')
    await expectRefusal(['status', workload, '--server', server], {}, 4, /it speaks HTTPS; use https:\/\/127/)
  })

  test('says that the address of the server may be wrong', async () => {
    const args = ['status', workload, '--server', `${served.ready.url}/somewhere`]
    await expectRefusal(args, { DROVER_CLUSTER: '' }, 4, /returned 404.*\nhint: check the address/)
  })

  test('tells a wrong password from a wrong key', async () => {
    const args = ['keys', 'create', '--username', 'admin']
    await expectRefusal(args, { DROVER_PASSWORD: 'wrong' }, 4, /\nhint: the name or the password is wrong/)
  })
})
