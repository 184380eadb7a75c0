// A keep-alive HTTP client for load tests.
import { Agent, request } from 'node:http'
import { Agent as SecureAgent, request as secureRequest } from 'node:https'

/** @typedef {{ url: string, method?: string, headers?: Record<string, string>, body?: string }} RequestOptions */

/** @returns {Promise<{ status: number, text: string }>} */
export function ask(agent, { url, method = 'GET', headers = {}, body }) {
  const secure = url.startsWith('https:')
  return new Promise((resolve, reject) => {
    const sent = (secure ? secureRequest : request)(url, { method, agent, headers }, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () => resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString() }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

export function agentFor(url, connections) {
  const options = { keepAlive: true, maxSockets: connections }
  // verification does not matter here
  return url.startsWith('https:') ? new SecureAgent({ ...options, rejectUnauthorized: false }) : new Agent(options)
}

/**
 * Sends requests on `connections` connections for `ms` milliseconds. `next` returns the request with the given number.
 * 409s, which concurrent writers may get, are not counted.
 * @param {(count: number) => RequestOptions} next
 * @returns {Promise<{ perSecond: number, times: number[] }>} times in ms
 */
export async function load(agent, next, { connections, ms }) {
  const times = []
  const start = performance.now()
  const worker = async () => {
    while (performance.now() - start < ms) {
      const asked = performance.now()
      const { status, text } = await ask(agent, next(times.length))
      if (status === 409) continue
      if (status !== 200) throw new Error(`answered ${status}: ${text.slice(0, 300)}`)
      times.push(performance.now() - asked)
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  return { perSecond: times.length / ((performance.now() - start) / 1000), times }
}
