// The server against a recording of Rancher 2.4.3 on 2 cores (TLS, on disk), and against a bare node:https server that
// sends the same bytes.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { agentFor, ask, load } from './http.mjs'
import { atLeast, atMost, median, report, told } from './measure.mjs'
import { serve, serveBare } from './serve.mjs'

const recorded = { get: 2.1, put: 23.6, image: 29.9, list: 90.8, gets: 822, puts: 51 }
const alone = { connections: 1, ms: 1500 }
const crowd = { connections: 16, ms: 2400 }
const listed = 65

const bareAnswers = `
const bodies = new Map()
const server = createServer((request, response) => {
  if (request.method === 'GET') return send(response, bodies.get(request.url))
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    bodies.set(request.url, JSON.stringify(JSON.parse(Buffer.concat(chunks).toString())))
    send(response, bodies.get(request.url))
  })
})`

const directory = mkdtempSync(join(tmpdir(), 'drover-bench-'))
const own = await serve('--data', directory)
const tls = { key: file('server.key'), cert: file('server.crt') }
const bare = await serveBare(bareAnswers, tls)
const headers = { authorization: `Bearer ${own.key}`, 'content-type': 'application/json', accept: 'application/json' }
const root = `${own.url}/v3/project/${own.projectId}/workloads`
const workload = { url: `${root}/deployment:default:admin-master`, headers }
const list = { url: root, headers }

function file(name) {
  return readFileSync(join(directory, 'tls', name), 'utf8')
}

/** Fills the project up to 65 workloads without pods. */
async function fillProject(agent) {
  const known = JSON.parse((await ask(agent, list)).text).data.length
  for (let count = known; count < listed; count += 1) {
    const containers = [{ name: 'web', image: 'nginx:1.25', ports: [{ containerPort: 80, kind: 'NodePort' }] }]
    const body = JSON.stringify({ name: `web-${count}`, namespaceId: 'default', scale: 0, containers })
    await ask(agent, { ...list, method: 'POST', body })
  }
}

/** Medians of alternating rounds: our server, and the bare server with the same bytes. */
async function together(next, body, how) {
  const times = { own: [], bare: [] }
  const rates = { own: [], bare: [] }
  const agents = { own: agentFor('https:', how.connections), bare: agentFor('https:', how.connections) }
  const floor = { url: `https://127.0.0.1:${bare.port}/`, headers }
  await ask(agents.bare, { ...floor, method: 'PUT', body })
  const { method } = next(0)
  const asked = { own: next, bare: () => (method === 'PUT' ? { ...floor, method, body } : floor) }
  for (let round = 0; round < 3; round += 1) {
    for (const who of ['own', 'bare']) {
      const { times: all, perSecond } = await load(agents[who], asked[who], { ...how, ms: how.ms / 3 })
      times[who].push(...all)
      rates[who].push(perSecond)
    }
  }
  for (const agent of Object.values(agents)) agent.destroy()
  return { ms: median(times.own), bareMs: median(times.bare), rate: median(rates.own), bareRate: median(rates.bare) }
}

const agent = agentFor('https:', 4)
await fillProject(agent)
await new Promise((resolve) => setTimeout(resolve, 3000))
const body = (await ask(agent, workload)).text
const whole = (await ask(agent, list)).text
const unchanged = () => ({ ...workload, method: 'PUT', body })
let tag = 0
/** The article's script: the document read once, with a new image each time. */
const changed = () => {
  tag += 1
  return { ...workload, method: 'PUT', body: body.replace(/admin-master:\d+/, `admin-master:${tag + 100}`) }
}

const get = await together(() => workload, body, alone)
const put = await together(unchanged, body, alone)
const all = await together(() => list, whole, alone)
const gets = await together(() => workload, body, crowd)
const puts = await together(unchanged, body, crowd)
const image = await together(changed, body, alone)
const images = await together(changed, body, crowd)
agent.destroy()
for (const { child } of [own, bare]) child.kill()
rmSync(directory, { recursive: true, force: true, maxRetries: 5 })

const ms = (value, bareMs) => `Rancher ${value} ms, node:https ${bareMs.toFixed(2)} ms`
const rate = (value, bareRate) => `Rancher ${value}/s, node:https ${bareRate.toFixed(0)}/s`
report([
  atMost('GET of one workload, TLS, one connection', get.ms, 'ms', recorded.get, ms(recorded.get, get.bareMs)),
  atMost('PUT of it as it was read', put.ms, 'ms', recorded.put, ms(recorded.put, put.bareMs)),
  atMost('PUT of it with another image each time', image.ms, 'ms', recorded.image, ms(recorded.image, image.bareMs)),
  atMost(`list of ${listed} workloads`, all.ms, 'ms', recorded.list, ms(recorded.list, all.bareMs)),
  atLeast(
    'GET of one workload, TLS, 16 connections',
    gets.rate,
    '/s',
    recorded.gets,
    rate(recorded.gets, gets.bareRate),
  ),
  atLeast('PUT of it as it was read', puts.rate, '/s', recorded.puts, rate(recorded.puts, puts.bareRate)),
  // not recorded: all 16 change the same workload while its controllers roll it out
  told('PUT of it with another image each time', images.rate, '/s', `node:https ${images.bareRate.toFixed(0)}/s`),
])
