import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { expect, test } from 'vitest'
import { serve } from '../clients/served.ts'

const path = '/apis/apps/v1/namespaces/default/deployments'

test('SIGTERM ends watches, answers the running request and exits with 0', async () => {
  const served = await serve()
  const { url, key, caFile, clusterId } = served.ready
  const agent = new Agent({ ca: readFileSync(caFile), keepAlive: true })
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/merge-patch+json' }
  const address = `${url}/k8s/clusters/${clusterId}${path}`
  const exited = once(served.process, 'exit')

  const watch = request(`${address}?watch=true`, { agent, headers }).end()
  const [events] = (await once(watch, 'response')) as [NodeJS.ReadableStream]
  await once(events, 'data')
  const watchEnded = new Promise((resolve) => events.once('close', resolve).resume())

  const write = request(`${address}/admin-master`, { agent, method: 'PATCH', headers })
  write.write('{"metadata":{"labels":')
  await new Promise((resolve) => setTimeout(resolve, 200))
  served.process.kill('SIGTERM')
  await watchEnded
  write.end('{"drained":"yes"}}}')
  const [answer] = (await once(write, 'response')) as [NodeJS.ReadableStream & { statusCode: number }]
  let body = ''
  for await (const chunk of answer) body += String(chunk)
  expect({ status: answer.statusCode, drained: /"drained": ?"yes"/.test(body) }).toEqual({ status: 200, drained: true })
  expect(await exited).toEqual([0, null])
})
