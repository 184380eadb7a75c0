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

  test('has an image by tag and by digest, and names the digest', async () => {
    expect(await ask(open, 'web:1')).toMatchObject({ answer: 'present', digest, mediaType: manifestType })
    expect(await ask(open, `web@${digest}`)).toMatchObject({ answer: 'present', digest })
  })

  test('tells the platforms of an index', async () => {
    const platforms = [{ os: 'linux', architecture: 'arm64' }]
    expect(await ask(open, 'web:many')).toMatchObject({ answer: 'present', mediaType: indexType, platforms })
  })

  test('does not have a tag or a repository that is not there', async () => {
    expect(await ask(open, 'web:2')).toMatchObject({ answer: 'absent' })
    expect(await ask(open, 'nothing:1')).toMatchObject({ answer: 'absent' })
  })

  test('lets only those see it who may', async () => {
    expect(await ask(shut, 'web:1')).toMatchObject({ answer: 'unauthorised' })
    const wrong = { credentialFor: async () => ({ ...puller, password: 'guess' }) }
    expect(await ask(shut, 'web:1', wrong)).toMatchObject({ answer: 'unauthorised' })
    expect(await ask(shut, 'web:1', { credentialFor: async () => puller })).toMatchObject({ answer: 'present', digest })
  })

  test('is asked as a mirror first, and in the place of another', async () => {
    const mirrors = { 'registry.example': open.host }
    const options = { fetch: http, plainHttp: [open.host], mirrors }
    expect(await askRegistry('registry.example/shop/web:1', options)).toMatchObject({ answer: 'present', digest })
  })

  test('is unknown where it does not speak TLS, or nothing listens', async () => {
    expect(await ask(open, 'web:1', { plainHttp: [] })).toMatchObject({ answer: 'unknown' })
    expect(await askRegistry('127.0.0.1:9/x:1', { fetch: http })).toMatchObject({ answer: 'unknown' })
  })
})
