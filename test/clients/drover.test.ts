import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bin, drover, droverEnv, run, serve, type Served } from './served.ts'

const repository = '10.212.82.86:1180/java/admin-master'

describe('drover against a server', () => {
  let served: Served

  beforeAll(async () => {
    served = await serve()
  })
  afterAll(() => served[Symbol.asyncDispose]())

  function ask(args: readonly string[], env: Record<string, string> = {}) {
    return drover(args, { ...droverEnv(served.ready), ...env })
  }

  test('changes an image, follows the rollout and reports success', async () => {
    const { code, out, err } = await ask([
      'set',
      'image',
      'deployment/admin-master',
      `admin-master=${repository}:33`,
      '-n',
      'default',
    ])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/admin-master: .*32 → .*33/)
    expect(out).toMatch(/^succeeded/m)
  })

  test('reports that nothing needs to change', async () => {
    const { code, out } = await ask([
      'set',
      'image',
      'deployment:default:admin-master',
      `admin-master=${repository}:33`,
    ])
    expect({ code, out: /^unchanged/m.test(out) }).toEqual({ code: 0, out: true })
  })

  test.each([
    '/v3/project/PROJECT/workloads/deployment:default:admin-master',
    '/p/PROJECT/workload/deployment:default:admin-master',
  ])('accepts the pasted address %s with an image only', async (path) => {
    const { url, projectId, caFile, key } = served.ready
    const address = url + path.replace('PROJECT', projectId)
    const { code, out } = await drover(['set', 'image', address, `${repository}:33`], {
      DROVER_CA_FILE: caFile,
      RANCHER_TOKEN: key,
    })
    expect({ code, out: /^unchanged/m.test(out) }).toEqual({ code: 0, out: true })
  })

  test('prints one document for programs', async () => {
    const { code, out } = await ask([
      'set',
      'image',
      'deployment/admin-master',
      `admin-master=${repository}:34`,
      '-o',
      'json',
    ])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      version: 1,
      kind: 'Verdict',
      verdict: 'succeeded',
      changes: [{ container: 'admin-master', from: `${repository}:33`, to: `${repository}:34` }],
    })
  })

  test('a dry run changes nothing', async () => {
    const { code } = await ask([
      'set',
      'image',
      'deployment/admin-master',
      `admin-master=${repository}:99`,
      '--dry-run',
    ])
    expect(code).toBe(0)
    expect((await ask(['status', 'deployment/admin-master'])).out).toContain(`${repository}:34`)
  })

  test.each([
    ['an unknown container', ['deployment/admin-master', 'nope=nginx:1'], 3, /admin-master/],
    ['an unknown workload', ['deployment/nope', 'nope=nginx:1'], 3, /there is no deployment "nope".*admin-master/],
    ['a tag that is none', ['deployment/admin-master', 'admin-master=nginx:'], 2, /nginx:/],
  ])('rejects %s and lists the alternatives', async (_, args, code, message) => {
    const answer = await ask(['set', 'image', ...args])
    expect(answer.code).toBe(code)
    expect(answer.err).toMatch(message)
  })

  test('does not echo a wrong key', async () => {
    const { code, out, err } = await ask(['status', 'deployment/admin-master'], {
      RANCHER_TOKEN: 'token-aaaaa:wrongsecret',
    })
    expect(code).toBe(4)
    expect(err).toMatch(/hint: the key may be wrong/)
    expect(out + err).not.toContain('wrongsecret')
  })

  test('rejects an untrusted certificate before the key is sent', async () => {
    const { code, err } = await ask(['status', 'deployment/admin-master'], { DROVER_CA_FILE: '' })
    expect(code).toBe(4)
    expect(err).toMatch(/is not trusted: .*\nhint: pass --ca-file FILE/)
  })

  test('accepts a pin of the CA, rejects another', async () => {
    const { pin } = served.ready
    expect((await ask(['status', 'deployment/admin-master', '--pin', pin])).code).toBe(0)
    const wrong = await ask(['status', 'deployment/admin-master', '--pin', `sha256:${'0'.repeat(64)}`])
    expect(wrong).toMatchObject({ code: 4, out: '' })
  })

  test('--insecure prints a warning', async () => {
    const { code, err } = await ask(['status', 'deployment/admin-master', '--insecure'])
    expect(code).toBe(0)
    expect(err).toMatch(/^WARNING: --insecure/)
  })

  test('lists workloads', async () => {
    const { code, out } = await ask(['get', 'workloads', '-n', 'default'])
    expect(code).toBe(0)
    expect(out).toMatch(/^WORKLOAD +READY +STATE +IMAGES\n(.*\n)*deployment:default:admin-master +1\/1 +active /)
  })

  test('lists the workloads of a repository as JSON', async () => {
    const { code, out } = await ask(['get', 'workloads', '--match', '10.212.82.86:1180/web/portal', '-o', 'json'])
    const containers = [{ name: 'portal', role: 'container', image: '10.212.82.86:1180/web/portal:2.4.1' }]
    const portal = { kind: 'deployment', namespace: 'default', name: 'portal', state: 'active', wanted: 2, ready: 2 }
    expect({ code, list: JSON.parse(out) }).toMatchObject({ code: 0, list: [{ ...portal, containers }] })
    expect(await ask(['get', 'workloads', '-l', 'app=nobody'])).toMatchObject({ code: 0, out: '' })
  })

  test('creates, uses, lists and revokes a key, which is shown once', async () => {
    const made = await ask(['keys', 'create', '--description', 'pipeline', '--ttl', '12h', '-o', 'json'])
    const { name, key, expiresAt } = JSON.parse(made.out) as { name: string; key: string; expiresAt: string }
    expect(Math.round((Date.parse(expiresAt) - Date.now()) / 3_600_000)).toBe(12)
    expect((await ask(['status', 'deployment/admin-master'], { RANCHER_TOKEN: key })).code).toBe(0)
    const listed = await ask(['keys', 'list'])
    expect(listed.out).toMatch(new RegExp(`^${name} +pipeline `, 'm'))
    expect(listed.out).not.toContain(key.split(':')[1])
    expect((await ask(['keys', 'revoke', name])).code).toBe(0)
    expect((await ask(['status', 'deployment/admin-master'], { RANCHER_TOKEN: key })).code).toBe(4)
  })

  test('a key expires after 90 days by default', async () => {
    const days = async (...flags: string[]) => {
      const { out } = await ask(['keys', 'create', '-o', 'json', ...flags])
      const { expiresAt } = JSON.parse(out) as { expiresAt: string | null }
      return expiresAt && Math.round((Date.parse(expiresAt) - Date.now()) / 86_400_000)
    }
    expect([await days(), await days('--ttl', 'never')]).toEqual([90, null])
  })

  test('a project key reaches nothing else', async () => {
    const { projectId } = served.ready
    const made = await ask(['keys', 'create', '--scope', projectId, '-o', 'json'])
    const { key } = JSON.parse(made.out) as { key: string }
    expect(JSON.parse(made.out)).toMatchObject({ projectId, clusterId: null })
    expect((await ask(['status', 'deployment/admin-master'], { RANCHER_TOKEN: key })).code).toBe(0)
    expect((await ask(['status', 'deployment/none', '-n', 'kube-system'], { RANCHER_TOKEN: key })).code).toBe(4)
  })

  test('a key for a cluster that does not exist is not created', async () => {
    const names = async () => {
      const { out } = await ask(['keys', 'list', '-o', 'json'])
      return (JSON.parse(out) as { name: string }[]).map(({ name }) => name)
    }
    const before = await names()
    const { code, err } = await ask(['keys', 'create', '--scope', 'nosuch'])
    expect({ code, err }).toMatchObject({ code: 3, err: expect.stringContaining('no cluster "nosuch"') as string })
    expect(err).toContain(served.ready.clusterId)
    expect(await names()).toEqual(before)
  })

  test('creates a key with a password if there is none yet', async () => {
    const { url, caFile, adminPassword = '' } = served.ready
    const env = { DROVER_SERVER: url, DROVER_CA_FILE: caFile, DROVER_PASSWORD: adminPassword }
    const { code, out, err } = await drover(['keys', 'create', '--username', 'admin'], env)
    expect(code).toBe(0)
    expect(out).toMatch(/^token-[a-z0-9]+:[a-z0-9]+\n$/)
    expect(err).not.toContain(adminPassword)
    const wrong = await drover(['keys', 'create', '--username', 'admin'], { ...env, DROVER_PASSWORD: 'guess' })
    expect(wrong.code).toBe(4)
  })

  test('connects by kubeconfig', async () => {
    const { url, clusterId, key, caFile } = served.ready
    const file = join(await mkdtemp(join(tmpdir(), 'drover-kubeconfig-')), 'config')
    const ca = (await readFile(caFile)).toString('base64')
    await writeFile(
      file,
      JSON.stringify({
        'current-context': 'x',
        contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }],
        clusters: [
          { name: 'x', cluster: { server: `${url}/k8s/clusters/${clusterId}`, 'certificate-authority-data': ca } },
        ],
        users: [{ name: 'x', user: { token: key } }],
      }),
    )
    const { code, out } = await drover(['status', 'deployment/admin-master', '--kubeconfig', file])
    expect(code).toBe(0)
    expect(out).toContain(repository)
  })
})

test('an image that cannot be pulled fails with reason, pod and the command to undo it', async () => {
  await using served = await serve()
  const change = ['set', 'image', 'deployment/admin-master', `admin-master=${repository}:34-missing`]
  const { code, out } = await drover(change, droverEnv(served.ready))
  expect(code).toBe(1)
  expect(out).toMatch(/^FAILED after .*: image not found: .*:34-missing$/m)
  expect(out).toContain('To go back: drover undo deployment/admin-master -n default')
})

test('the way back from two failures is the image before both', async () => {
  await using served = await serve()
  const ask = (...words: string[]) => drover(words, droverEnv(served.ready))
  await ask('set', 'image', 'deployment/admin-master', `admin-master=${repository}:34-missing`)
  const { out } = await ask('set', 'image', 'deployment/admin-master', `admin-master=${repository}:35-missing`)
  const [, command = ''] = /^To go back: drover (.*)$/m.exec(out) ?? []
  const back = await ask(...command.split(' '))
  expect(back.code).toBe(0)
  expect(back.out).toContain(`admin-master: ${repository}:35-missing → ${repository}:32`)
})

describe('drover serve', () => {
  test('keeps its data across a restart and does not print the password again', async () => {
    const data = await mkdtemp(join(tmpdir(), 'drover-data-'))
    let first: Served['ready']
    {
      await using served = await serve(['--data', data, '--sample', 'article'])
      first = served.ready
      await drover(['set', 'image', 'deployment/admin-master', `admin-master=${repository}:33`], droverEnv(first))
    }
    await using again = await serve(['--data', data])
    expect(again.ready.adminPassword).toBeUndefined()
    const { code, out } = await drover(
      ['status', 'deployment/admin-master'],
      droverEnv({ ...again.ready, key: first.key }),
    )
    expect(code).toBe(0)
    expect(out).toContain(`${repository}:33`)
  })

  test('refuses a data folder used by another process', async () => {
    const data = await mkdtemp(join(tmpdir(), 'drover-data-'))
    await using _first = await serve(['--data', data])
    const second = await run(process.execPath, [bin, 'serve', '--data', data, '--listen', '127.0.0.1:0'])
    expect(second.code).toBe(4)
    expect(second.err).toMatch(/^error: .*(in use|another process)/)
  })

  test('refuses a damaged data folder and leaves it unchanged', async () => {
    const data = await mkdtemp(join(tmpdir(), 'drover-data-'))
    {
      await using _served = await serve(['--data', data])
    }
    const { readdir } = await import('node:fs/promises')
    const database = (await readdir(data)).find((name) => /\.(db|sqlite)$/.test(name)) ?? ''
    await writeFile(join(data, database), 'this is no database, and never was one'.repeat(200))
    const { code, err } = await run(process.execPath, [bin, 'serve', '--data', data, '--listen', '127.0.0.1:0'])
    expect(code).toBe(4)
    expect(err).toMatch(/^error: .*\nhint: nothing was changed/)
    expect(await readFile(join(data, database), 'utf8')).toMatch(/^this is no database/)
  })

  test('refuses a port in use', async () => {
    await using served = await serve(['--in-memory'])
    const { port } = new URL(served.ready.url)
    const { code, err } = await run(process.execPath, [bin, 'serve', '--in-memory', '--listen', `127.0.0.1:${port}`])
    expect(code).toBe(2)
    expect(err).toContain(`port ${port} of 127.0.0.1 is in use by another program; choose another with --listen`)
  })

  test('without --show-secrets the ready line contains no secrets', async () => {
    const child = run(process.execPath, [
      '-e',
      `
      const child = require('node:child_process').spawn(process.execPath, ${JSON.stringify([bin, 'serve', '--in-memory', '--listen', '127.0.0.1:0', '-o', 'json'])}, { stdio: ['ignore', 'pipe', 'ignore'] })
      child.stdout.once('data', (line) => { console.log(String(line)); child.kill() })`,
    ])
    const ready = JSON.parse((await child).out) as object
    expect(Object.keys(ready).toSorted()).toEqual(['caFile', 'clusterId', 'pin', 'projectId', 'url'])
  })
})

test('drover demo runs to its end', async () => {
  const { code, out } = await drover(['demo'])
  expect(code).toBe(0)
  expect(out).toMatch(/curl --cacert/)
  expect(out).toMatch(/^succeeded/m)
  expect(out).toMatch(/^FAILED after .*: image not found: .*:34-missing$/m)
  expect(out).toMatch(/To go back: drover undo/)
})
