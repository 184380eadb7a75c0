import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket, type ClientOptions } from 'ws'
import { drover, droverEnv, serve, type Served } from '../clients/served.ts'

interface Frame {
  name: string
  data: { type?: string; id?: string; containers?: { image: string }[] }
}

describe('websockets', () => {
  let served: Served

  beforeAll(async () => {
    served = await serve()
  })
  afterAll(() => served[Symbol.asyncDispose]())

  function open(path: string, headers: Record<string, string> = {}): WebSocket {
    const { url, caFile } = served.ready
    const options: ClientOptions = { ca: readFileSync(caFile), headers }
    return new WebSocket(url.replace('https:', 'wss:') + path, options)
  }

  /** The response to a refused upgrade. */
  function refusal(path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const socket = open(path, headers)
      socket.once('open', () => reject(new Error('the upgrade was taken')))
      socket.once('error', () => undefined)
      socket.once('unexpected-response', (_request, response) => {
        let body = ''
        response.on('data', (chunk: Buffer) => (body += chunk.toString()))
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body }))
      })
    })
  }

  test('/v3/subscribe reports every change in the project', async () => {
    const { key, projectId } = served.ready
    const socket = open(`/v3/project/${projectId}/subscribe?resourceTypes=workload`, { authorization: `Bearer ${key}` })
    const frames: Frame[] = []
    socket.on('message', (text: Buffer) => frames.push(JSON.parse(text.toString()) as Frame))
    await expect.poll(() => frames.some(({ data }) => data.id === 'deployment:default:admin-master')).toBe(true)
    const image = '10.212.82.86:1180/java/admin-master:33'
    const change = ['set', 'image', 'deployment/admin-master', `admin-master=${image}`, '--no-wait']
    expect((await drover(change, droverEnv(served.ready))).code).toBe(0)
    await expect
      .poll(() => frames.some(({ name, data }) => name === 'resource.change' && data.containers?.[0]?.image === image))
      .toBe(true)
    await expect.poll(() => frames.some(({ name }) => name === 'ping'), { timeout: 10_000 }).toBe(true)
    socket.close()
  })

  test('answers 401 without credentials', async () => {
    expect((await refusal('/v3/subscribe')).status).toBe(401)
    expect((await refusal('/v3/subscribe', { authorization: 'Bearer token-aaaaa:wrong' })).status).toBe(401)
  })

  test.each(['exec', 'attach', 'portforward'])('refuses %s into a pod by name', async (action) => {
    const { clusterId, key } = served.ready
    const path = `/k8s/clusters/${clusterId}/api/v1/namespaces/default/pods/x/${action}`
    const { status, body } = await refusal(path, { authorization: `Bearer ${key}` })
    expect({ status, body }).toEqual({ status: 501, body: expect.stringContaining(action) as string })
    expect((await refusal(path)).status).toBe(401)
  })

  test('closes when the server stops', async () => {
    await using own = await serve()
    const { url, key, caFile } = own.ready
    const options: ClientOptions = { ca: readFileSync(caFile), headers: { authorization: `Bearer ${key}` } }
    const socket = new WebSocket(`${url.replace('https:', 'wss:')}/v3/subscribe`, options)
    await new Promise((resolve) => socket.once('message', resolve))
    const closed = new Promise((resolve) => socket.once('close', resolve))
    own.process.kill('SIGTERM')
    await closed
  })
})
