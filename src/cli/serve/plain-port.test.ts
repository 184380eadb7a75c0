import { expect, test } from 'vitest'
import { httpRequest, httpResponse } from '../../model/http.ts'
import { plainPort } from './plain-port.ts'

const served = async () => httpResponse('served')

async function ask(method: string, path: string, headers: Record<string, string> = {}, port = 8443) {
  const request = httpRequest(`http://127.0.0.1:8080${path}`, {
    method,
    headers: { host: '127.0.0.1:8080', ...headers },
  })
  const { status, headers: answered } = await plainPort(served, port)(request)
  return { status, location: answered.get('location') }
}

test('redirects reads to the TLS port', async () => {
  expect(await ask('GET', '/v3/settings/cacerts?a=1&b')).toMatchObject({
    status: 302,
    location: 'https://127.0.0.1:8443/v3/settings/cacerts?a=1&b',
  })
  expect(await ask('HEAD', '/', {}, 443)).toMatchObject({ status: 302, location: 'https://127.0.0.1/' })
  expect(await ask('GET', '/', { host: '[::1]:8080' })).toMatchObject({ location: 'https://[::1]:8443/' })
})

test.each(['PUT', 'POST', 'DELETE', 'PATCH'])('refuses %s', async (method) => {
  expect((await ask(method, '/v3/tokens')).status).toBe(400)
})

test.each([
  ['/ping', {}],
  ['/healthz', {}],
  ['/v3', { 'x-forwarded-proto': 'https' }],
])('serves %s %o', async (path, headers) => {
  expect((await ask('GET', path, headers as Record<string, string>)).status).toBe(200)
})

test('escapes the URL in the page', async () => {
  const request = httpRequest('http://h:8080/x', { headers: { host: 'h"><script>:8080' } })
  const answer = await plainPort(served, 8443)(request)
  expect(await answer.text()).not.toContain('<script>')
})
