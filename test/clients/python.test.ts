import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { python } from './outside-clients.ts'
import { run, serve } from './served.ts'

describe.skipIf(!python)('Python requests', () => {
  test('the article’s script prints ok with only address and key filled in', async () => {
    await using served = await serve()
    const { url, key } = served.ready
    const [access = '', secret = ''] = key.split(':')
    const source = await readFile(join(import.meta.dirname, 'article/rancher_deploy.py'), 'utf8')
    const script = source
      .replace('https://10.212.82.86/', `${url}/`)
      .replace(/CATTLE_ACCESS_KEY = '.*'/, `CATTLE_ACCESS_KEY = '${access}'`)
      .replace(/RANCHER_SECRET_KEY = '.*'/, `RANCHER_SECRET_KEY = '${secret}'`)
    const file = join(await mkdtemp(join(tmpdir(), 'drover-python-')), 'deploy.py')
    await writeFile(file, script)
    const { out, code, err } = await run(python ?? '', [file], { env: { no_proxy: '127.0.0.1' } })
    expect({ code, out, err }).toEqual({ code: 0, out: 'ok\n', err: '' })
  })

  test('verifies the server by its CA file', async () => {
    await using served = await serve()
    const { url, caFile, key } = served.ready
    const script =
      'import requests, sys\nprint(requests.get(sys.argv[1], verify=sys.argv[2], auth=tuple(sys.argv[3].split(":"))).status_code)'
    const { out } = await run(python ?? '', ['-c', script, `${url}/v3`, caFile, key], {
      env: { no_proxy: '127.0.0.1' },
    })
    expect(out).toBe('200\n')
  })

  test('a client generated from the schemas logs in, lists, creates, updates, acts and waits', async () => {
    await using served = await serve()
    const { url, caFile, projectId, clusterId, adminPassword = '' } = served.ready
    const script = join(import.meta.dirname, 'schema_driven.py')
    const asked = [script, url, caFile, projectId, clusterId]
    const { out, code, err } = await run(python ?? '', asked, { input: adminPassword })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(JSON.parse(out)).toEqual({
      login: 201,
      nobody: null,
      pools: [],
      namespace: ['py', 'active'],
      created: ['deployment:py:web', 'active', 'nginx:1'],
      updated: ['nginx:2', { A: '1', B: '2' }],
      scaled: 2,
      paused: true,
      'rolled back': [3, 'nginx:1'],
      pods: ['deployment:py:web'],
      filtered: ['deployment:py:web'],
      pages: [2, true],
      refused: [422, 'InvalidFormat'],
      revoked: null,
      kubeconfig: true,
      deleted: true,
    })
  })
})
