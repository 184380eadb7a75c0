import { describe, expect, it } from 'vitest'
import { httpResponse, jsonResponse, type HttpRequest, type HttpResponse } from '../model/http.ts'
import { connect, unlessMissing } from './client.ts'

function answering(...answers: (HttpResponse | ((request: HttpRequest) => HttpResponse))[]) {
  const requests: HttpRequest[] = []
  const slept: number[] = []
  const client = connect({
    url: 'https://user:pw@rancher.example/k8s/clusters/c-1/',
    headers: () => ({ authorization: 'Bearer secret-key' }),
    sleep: async (ms) => void slept.push(ms),
    fetch: async (request) => {
      requests.push(request)
      const answer = answers[Math.min(requests.length, answers.length) - 1]
      if (!answer) throw new Error('nothing to answer')
      return typeof answer === 'function' ? answer(request) : answer
    },
  })
  return { client, requests, slept }
}

const failure = (code: number, reason: string, message: string) =>
  jsonResponse(
    { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code },
    { status: code },
  )
const html = (status: number) =>
  httpResponse('<html><head><title>Sign in</title></head></html>', { status, headers: { 'content-type': 'text/html' } })

describe('responses', () => {
  it.each([
    [
      'Kubernetes’ refusal',
      failure(404, 'NotFound', 'deployments.apps "x" not found'),
      { code: 404, name: 'StatusError' },
    ],
    [
      'Rancher’s 401',
      jsonResponse({ type: 'error', status: '401', message: 'must authenticate' }, { status: 401 }),
      { code: 'UNAUTHENTICATED' },
    ],
    ['plain text 401', httpResponse('must authenticate', { status: 401 }), { code: 'UNAUTHENTICATED' }],
    [
      'an agent that is away',
      httpResponse("Error trying to reach service: 'waiting for cluster [c-1] agent to connect'", { status: 503 }),
      { code: 'UNREACHABLE', message: /agent to connect/ },
    ],
    ...[
      'Get "https://127.0.0.1:6443/apis/apps/v1/x?timeout=30s": dial tcp 127.0.0.1:6443: connect: connection refused',
      'Get https://10.0.0.1:443/api/v1/pods: waiting for cluster [c-1] agent to connect',
      'Put "/apis/apps/v1/x": cannot reach 10.0.0.1:6443: nothing listens there',
    ].map((message): [string, HttpResponse, object] => [
      `a Rancher that says ${message.slice(0, 5)}`,
      jsonResponse({ type: 'error', code: 'ServerError', status: 500, message }, { status: 500 }),
      { code: 'UNREACHABLE' },
    ]),
    [
      'a Rancher that has failed',
      jsonResponse({ type: 'error', code: 'ServerError', status: 500, message: 'Get out: / of here' }, { status: 500 }),
      { code: 'SERVER' },
    ],
    [
      'a cluster that is not there',
      httpResponse('{"Code":{"Code":"NotFound","Status":404},"Message":"no cluster"}', { status: 404 }),
      { code: 'NOT_FOUND', message: /no cluster/ },
    ],
    ['a page instead of an answer', html(200), { code: 'UNREACHABLE', message: /an HTML page titled "Sign in"/ }],
    [
      'plain HTTP to a server of TLS',
      httpResponse('Client sent an HTTP request to an HTTPS server.\n', { status: 400 }),
      { code: 'UNREACHABLE', message: /speaks HTTPS; use https:/ },
    ],
    ['a page with a failure', html(502), { code: 'UNREACHABLE' }],
    ['a page with a failure of the server', html(500), { code: 'SERVER' }],
    [
      'a redirect',
      httpResponse('', { status: 302, headers: { location: 'https://login.example/' } }),
      { code: 'UNREACHABLE', message: /redirected to https:\/\/login\.example/ },
    ],
    [
      'half an answer',
      httpResponse('{"kind":"Depl'),
      { code: 'UNREACHABLE', message: /without JSON: "\{\\"kind\\":\\"Depl"/ },
    ],
    ['nothing', httpResponse(''), { code: 'UNREACHABLE', message: /an empty body/ }],
  ])('%s', async (_, answer, expected) => {
    const { client } = answering(answer)
    const call = client.get('/api/v1/pods')
    await expect(call).rejects.toMatchObject(
      'message' in expected ? { ...expected, message: expect.stringMatching(expected.message) as string } : expected,
    )
    await expect(answering(answer).client.get('/api/v1/pods')).rejects.not.toThrow(/secret-key|user:pw/)
  })
})

describe('requests', () => {
  it('appends the path to the root and sends the credential with every request', async () => {
    const { client, requests } = answering(jsonResponse({ metadata: {} }))
    await client.patch('/api/v1/x', { type: 'json', operations: [] }, { dryRun: true })
    const [request] = requests
    expect(request?.url).toBe(
      'https://user:pw@rancher.example/k8s/clusters/c-1/api/v1/x?fieldManager=drover&dryRun=All',
    )
    expect([request?.method, request?.headers.get('authorization'), request?.headers.get('content-type')]).toEqual([
      'PATCH',
      'Bearer secret-key',
      'application/json-patch+json',
    ])
  })

  it('follows the pages of a list', async () => {
    const page = (items: number[], next: string) =>
      jsonResponse({ metadata: { resourceVersion: '7', continue: next }, items })
    const { client, requests } = answering(page([1, 2], 'more'), page([3], ''))
    const { items } = await client.list<number>('/api/v1/pods', { query: { limit: 2 } })
    expect(items).toEqual([1, 2, 3])
    expect(requests[1]?.url).toMatch(/limit=2&continue=more$/)
  })

  it('falls back to an unpaged list when the continue token expires', async () => {
    const first = jsonResponse({ metadata: { continue: 'more' }, items: [1, 2] })
    const expired = jsonResponse({ kind: 'Status', status: 'Failure', code: 410, metadata: {} }, { status: 410 })
    const whole = jsonResponse({ metadata: {}, items: [1, 3, 4] })
    const { client, requests } = answering(first, expired, whole)
    const { items } = await client.list<number>('/api/v1/pods', { query: { limit: 2, labelSelector: 'a' } })
    expect(items).toEqual([1, 3, 4])
    expect(requests[2]?.url).toMatch(/pods\?labelSelector=a$/)
  })

  it('waits for Retry-After on 429, a limited number of times', async () => {
    const busy = () => httpResponse('', { status: 429, headers: { 'retry-after': '2' } })
    const patient = answering(busy, busy, jsonResponse({ metadata: {} }))
    await patient.client.get('/api/v1/x')
    expect(patient.slept).toEqual([2000, 2000])
    await expect(answering(busy).client.get('/api/v1/x')).rejects.toThrow()
  })

  it('distinguishes missing from forbidden', async () => {
    const missing = answering(failure(404, 'NotFound', 'no')).client.get('/x')
    expect(await unlessMissing(missing)).toBeUndefined()
    await expect(unlessMissing(answering(failure(403, 'Forbidden', 'no')).client.get('/x'))).rejects.toThrow('no')
  })
})
