// The server's GET and PUT of one workload beside a bare node:http server that sends the same bytes, and for PUT parses and
// stringifies them. Rounds alternate between the two; each is one process of its own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { createInterface } from 'node:readline'
import { cleanEnvironment, median } from './measure.mjs'

const roundMs = 400
const rounds = 15
const connections = 8

const bare = `
const { createServer } = require('node:http')
let body = ''
createServer((request, response) => {
  if (request.method === 'GET') return send(response, body)
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => send(response, (body = JSON.stringify(JSON.parse(Buffer.concat(chunks).toString())))))
}).listen(0, '127.0.0.1', function () { console.log(this.address().port) })
function send(response, text) {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
  response.end(text)
}`

function ask(agent, url, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent, headers }, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () => resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString() }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Answers per second with so many connections kept busy. */
async function throughput(url, options) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const end = Date.now() + roundMs
  let count = 0
  const worker = async () => {
    while (Date.now() < end) {
      const { status } = await ask(agent, url, options)
      if (status !== 200) throw new Error(`answered ${status}`)
      count += 1
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  agent.destroy()
  return count / (roundMs / 1000)
}

async function compare(one, other) {
  const ratios = []
  for (let round = -1; round < rounds; round += 1) {
    const ratio = (await throughput(...one)) / (await throughput(...other))
    if (round >= 0) ratios.push(ratio)
  }
  return median(ratios)
}

export async function compareServers({ url, projectId, key }) {
  const child = spawn(process.execPath, ['-e', bare], { stdio: ['ignore', 'pipe', 'inherit'], env: cleanEnvironment })
  const [port] = await once(createInterface(child.stdout), 'line')
  const address = `${url}/v3/project/${projectId}/workloads/deployment:default:admin-master`
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', accept: 'application/json' }
  const { text: body } = await ask(undefined, address, { headers })
  const put = { method: 'PUT', headers, body }
  const floor = `http://127.0.0.1:${port}/`
  await ask(undefined, floor, put)
  const result = {
    get: await compare([address, { headers }], [floor, { headers }]),
    put: await compare([address, put], [floor, put]),
  }
  child.kill()
  return result
}
