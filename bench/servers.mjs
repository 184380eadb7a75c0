// The server's GET and PUT of one workload against a bare node:http server that sends the same bytes and, for PUT,
// parses and stringifies them. Rounds alternate between the two processes.
import { agentFor, ask, load } from './http.mjs'
import { atLeast, median, report } from './measure.mjs'
import { serve, serveBare } from './serve.mjs'

const rounds = 15
const busy = { connections: 8, ms: 400 }

const bareWorkload = `
let body = ''
const server = createServer((request, response) => {
  if (request.method === 'GET') return send(response, body)
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => send(response, (body = JSON.stringify(JSON.parse(Buffer.concat(chunks).toString())))))
})`

/** Medians: the ratio of throughputs, and ours. */
async function compare(own, other) {
  const ratios = []
  const rates = []
  for (let round = -2; round < rounds; round += 1) {
    const one = await perSecond(own)
    const bare = await perSecond(other)
    if (round < 0) continue
    ratios.push(one / bare)
    rates.push(one)
  }
  return { ratio: median(ratios), beside: `${median(rates).toFixed(0)} answers/s` }
}

async function perSecond(asked) {
  const agent = agentFor(asked.url, busy.connections)
  const { perSecond } = await load(agent, () => asked, busy)
  agent.destroy()
  return perSecond
}

const own = await serve('--in-memory', '--http')
const bare = await serveBare(bareWorkload)
const url = `${own.url}/v3/project/${own.projectId}/workloads/deployment:default:admin-master`
const headers = { authorization: `Bearer ${own.key}`, 'content-type': 'application/json', accept: 'application/json' }
// wait for its pods
await new Promise((resolve) => setTimeout(resolve, 3000))
const { text: body } = await ask(undefined, { url, headers })
const put = { method: 'PUT', headers, body }
const floor = `http://127.0.0.1:${bare.port}/`
await ask(undefined, { url: floor, ...put })
const reading = await compare({ url, headers }, { url: floor, headers })
const writing = await compare({ url, ...put }, { url: floor, ...put })
for (const { child } of [own, bare]) child.kill()

report([
  atLeast('server GET of one workload to bare node:http, 8 connections', reading.ratio, 'x', 0.5, reading.beside),
  atLeast('server PUT of one workload, as it was read, to the same', writing.ratio, 'x', 0.35, writing.beside),
])
