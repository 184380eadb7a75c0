import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodeFetch } from '../../src/kube/index.ts'
import { askRegistry, type AskOptions } from '../../src/registry/index.ts'
import {
  dockerRegistry,
  indexType,
  manifestType,
  puller,
  push,
  startDockerRegistry,
  type RunningRegistry,
} from './docker-registry.ts'

describe.skipIf(dockerRegistry === undefined)('a genuine registry', () => {
  let open: RunningRegistry
  let shut: RunningRegistry
  let digest: string
  const http = nodeFetch()

  beforeAll(async () => {
    open = await startDockerRegistry()
    shut = await startDockerRegistry({ auth: true })
    digest = await push(`http://${open.host}`)
    await push(`http://${shut.host}`, { authorization: `Basic ${btoa('puller:pull-only')}` })
  })
  afterAll(async () => {
    http[Symbol.dispose]()
    await open[Symbol.asyncDispose]()
    await shut[Symbol.asyncDispose]()
  })
  const ask = (registry: RunningRegistry, rest: string, options: Partial<AskOptions> = {}) =>
    askRegistry(`${registry.host}/shop/${rest}`, { fetch: http, plainHttp: [registry.host], ...options })

  test('finds an image by tag and by digest, and returns the digest', async () => {
    expect(await ask(open, 'web:1')).toMatchObject({ answer: 'present', digest, mediaType: manifestType })
    expect(await ask(open, `web@${digest}`)).toMatchObject({ answer: 'present', digest })
  })

  test('returns the platforms of an index', async () => {
    const platforms = [{ os: 'linux', architecture: 'arm64' }]
    expect(await ask(open, 'web:many')).toMatchObject({ answer: 'present', mediaType: indexType, platforms })
  })

  test('does not find an unknown tag or repository', async () => {
    expect(await ask(open, 'web:2')).toMatchObject({ answer: 'absent' })
    expect(await ask(open, 'nothing:1')).toMatchObject({ answer: 'absent' })
  })

  test('requires credentials', async () => {
    expect(await ask(shut, 'web:1')).toMatchObject({ answer: 'unauthorised' })
    const wrong = { credentialFor: async () => ({ ...puller, password: 'guess' }) }
    expect(await ask(shut, 'web:1', wrong)).toMatchObject({ answer: 'unauthorised' })
    expect(await ask(shut, 'web:1', { credentialFor: async () => puller })).toMatchObject({ answer: 'present', digest })
  })

  test('is tried as a mirror first', async () => {
    const mirrors = { 'registry.example': open.host }
    const options = { fetch: http, plainHttp: [open.host], mirrors }
    expect(await askRegistry('registry.example/shop/web:1', options)).toMatchObject({ answer: 'present', digest })
  })

  test('is unknown if it does not speak TLS or is not listening', async () => {
    expect(await ask(open, 'web:1', { plainHttp: [] })).toMatchObject({ answer: 'unknown' })
    expect(await askRegistry('127.0.0.1:9/x:1', { fetch: http })).toMatchObject({ answer: 'unknown' })
  })
})
