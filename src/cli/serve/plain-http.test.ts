import { once } from 'node:events'
import { connect } from 'node:net'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mkdtemp, rm } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { httpResponse } from '../../model/http.ts'
import { serverCertificates } from './certificates.ts'
import { listen } from './listen.ts'

test('explains itself to plain HTTP on the TLS port and keeps serving TLS', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'drover-plain-'))
  const { leaf } = await serverCertificates({ caFile: join(directory, 'ca.crt') }, ['127.0.0.1'], Date.now())
  await using listener = await listen(async () => httpResponse('served'), { host: '127.0.0.1', port: 0, tls: leaf })
  for (let times = 0; times < 3; times++) {
    const socket = connect(listener.port, '127.0.0.1')
    socket.write('GET /v3 HTTP/1.1\r\nHost: x\r\n\r\n')
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    await once(socket, 'close')
    expect(Buffer.concat(chunks).toString()).toBe(
      'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n',
    )
  }
  const sent = request(listener.url, { rejectUnauthorized: false, agent: false }).end()
  const [response] = (await once(sent, 'response')) as [{ statusCode: number; resume: () => void }]
  response.resume()
  expect(response.statusCode).toBe(200)
  await rm(directory, { recursive: true })
})
