import { describe, expect, it } from 'vitest'
import { httpResponse, type HttpRequest, type HttpResponse } from '../model/http.ts'
import { askRegistry } from './ask-registry.ts'
import { parseChallenge } from './challenge.ts'
import { findCredential, parseDockerConfig } from './docker-config.ts'

const digest = `sha256:${'a'.repeat(64)}`
const right = { username: 'user', password: 'pass' }
const manifest = {
  'content-type': 'application/vnd.docker.distribution.manifest.v2+json',
  'docker-content-digest': digest,
}

function registry(answer: (url: URL, authorization: string | null) => HttpResponse) {
  const requests: string[] = []
  return {
    requests,
    fetch: async (request: HttpRequest): Promise<HttpResponse> => {
      const authorization = request.headers.get('authorization')
      requests.push(`${request.method} ${request.url}${authorization === null ? '' : ` ${authorization}`}`)
      return answer(new URL(request.url), authorization)
    },
  }
}

describe('a registry with token authentication', () => {
  const answerWith = (realm: string) =>
    registry((url, authorization) => {
      if (url.pathname === '/token') return httpResponse('{"token":"t"}', { status: 200 })
      if (authorization === 'Bearer t') return httpResponse('', { status: 200, headers: manifest })
      return httpResponse('', { status: 401, headers: { 'www-authenticate': `Bearer realm="${realm}",service="reg"` } })
    })

  it('requests a token with the credential, scoped to this repository', async () => {
    const { fetch, requests } = answerWith('https://auth.example/token')
    const answer = await askRegistry('nginx', { fetch, credentialFor: async () => right })
    expect(answer).toMatchObject({ answer: 'present', digest })
    const scope = encodeURIComponent('repository:library/nginx:pull')
    expect(requests[1]).toBe(`GET https://auth.example/token?service=reg&scope=${scope} Basic ${btoa('user:pass')}`)
  })

  it('sends no credential over plain http', async () => {
    const { fetch, requests } = answerWith('http://auth.example/token')
    expect(await askRegistry('nginx', { fetch, credentialFor: async () => right })).toMatchObject({
      answer: 'unauthorised',
    })
    expect(requests.join()).not.toContain('Basic')
  })
})

it('follows a redirect without forwarding the credential', async () => {
  const { fetch, requests } = registry((url, authorization) => {
    if (url.host === 'storage.example') return httpResponse('', { status: 200, headers: manifest })
    if (authorization === null) return httpResponse('', { status: 401, headers: { 'www-authenticate': 'Basic' } })
    return httpResponse('', { status: 307, headers: { location: 'https://storage.example/blob' } })
  })
  expect(await askRegistry('r.example/a:1', { fetch, credentialFor: async () => right })).toMatchObject({ digest })
  expect(requests.at(-1)).toBe('HEAD https://storage.example/blob')
})

it('reports rate limiting', async () => {
  const headers = { 'retry-after': '60', 'ratelimit-remaining': '0;w=21600' }
  const { fetch } = registry(() => httpResponse('', { status: 429, headers }))
  const answer = await askRegistry('nginx:1', { fetch })
  expect(answer).toMatchObject({ answer: 'unknown', pullsLeft: 0 })
  expect(answer.message).toContain('after 60 s')
})

it('parses challenges', () => {
  expect(parseChallenge('Basic realm="a", Bearer realm="https://x/t",service="s"')).toEqual({
    scheme: 'bearer',
    parameters: { realm: 'https://x/t', service: 's' },
  })
  expect(parseChallenge('Negotiate')).toBeUndefined()
})

describe('credentials', () => {
  const auth = (text: string) => ({ auth: btoa(text) })
  it.each([
    ['docker.io/library/nginx', 'hub'],
    ['r.example:5000/shop/web', 'web'],
    ['r.example:5000/shop/other', 'shop'],
    ['eu.gcr.example/x', 'any'],
    ['a.eu.gcr.example/x', undefined],
  ])('for %s are those of %s', async (repository, user) => {
    const config = {
      auths: {
        'https://index.docker.io/v1/': auth('hub:p'),
        'r.example:5000': auth('shop:p:q'),
        'https://r.example:5000/shop/web': auth('web:p'),
        '*.gcr.example': auth('any:p'),
      },
    }
    expect((await findCredential(config, repository))?.username).toBe(user)
  })

  it('reads credential helpers and the old file format', async () => {
    const config = parseDockerConfig('{"credHelpers":{"r.example":"cloud"}}') ?? {}
    expect(await findCredential(config, 'r.example/a', async (name) => ({ username: name, password: 'p' }))).toEqual({
      username: 'cloud',
      password: 'p',
    })
    const old = parseDockerConfig(JSON.stringify({ 'r.example': auth('old:p') })) ?? {}
    expect(await findCredential(old, 'r.example/a')).toEqual({ username: 'old', password: 'p' })
    expect(parseDockerConfig('nonsense')).toBeUndefined()
  })
})
