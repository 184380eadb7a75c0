import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodeFetch } from '../../src/kube/index.ts'
import { askRegistry, type AskOptions } from '../../src/registry/index.ts'
import { findDockerRegistry, startDockerRegistry, type RunningRegistry } from './docker-registry.ts'

const program = await findDockerRegistry()
const manifestType = 'application/vnd.oci.image.manifest.v1+json'
const indexType = 'application/vnd.oci.image.index.v1+json'
const right = { username: 'puller', password: 'pull-only' }

/** Pushes the smallest image there is, and an index of it, by the distribution API itself. */
async function push(host: string, headers: Record<string, string>) {
  const root = `http://${host}/v2/shop/web`
  const config = Buffer.from('{}')
  const start = await fetch(`${root}/blobs/uploads/`, { method: 'POST', headers })
  const place = new URL(start.headers.get('location') ?? '', root)
  place.searchParams.set('digest', digestOf(config))
  const type = 'application/octet-stream'
  await fetch(place, { method: 'PUT', headers: { ...headers, 'content-type': type }, body: config })
  const blob = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf(config), size: config.length }
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config: blob, layers: [] })
  const put = (tag: string, contentType: string, body: string) =>
    fetch(`${root}/manifests/${tag}`, { method: 'PUT', headers: { ...headers, 'content-type': contentType }, body })
  expect((await put('1', manifestType, manifest)).status).toBe(201)
  const digest = digestOf(Buffer.from(manifest))
  const platform = { os: 'linux', architecture: 'arm64' }
  const manifests = [{ mediaType: manifestType, digest, size: manifest.length, platform }]
  const index = JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests })
  expect((await put('many', indexType, index)).status).toBe(201)
  return digest
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

describe.skipIf(program === undefined)('a genuine registry', () => {
  let open: RunningRegistry
  let shut: RunningRegistry
  let digest: string
  const http = nodeFetch()

  beforeAll(async () => {
    open = await startDockerRegistry(program ?? '')
    shut = await startDockerRegistry(program ?? '', { auth: true })
    digest = await push(open.host, {})
    await push(shut.host, { authorization: `Basic ${btoa('puller:pull-only')}` })
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
    const wrong = { credentialFor: async () => ({ ...right, password: 'guess' }) }
    expect(await ask(shut, 'web:1', wrong)).toMatchObject({ answer: 'unauthorised' })
    expect(await ask(shut, 'web:1', { credentialFor: async () => right })).toMatchObject({ answer: 'present', digest })
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
