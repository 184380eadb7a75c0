// 500 watchers of one list. The baseline is a bare node:http server that writes eight events at once to each watcher.
// Ours is `drover serve` with 16 concurrent writers, so that some changes share a commit.
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { agentFor, ask } from './http.mjs'
import { atLeast, median, report } from './measure.mjs'
import { serve, serveBare } from './serve.mjs'

const watchers = 500
const rounds = 5
const roundMs = 1200
const writers = 16

/** Sends events after a request for `/on`, and waits for each socket to drain: a slow one would be dropped. */
const bareWatches = `
const event = JSON.stringify({ type: 'MODIFIED', object: 'x'.repeat(4100) }) + '\\n'
const batch = event.repeat(8)
const frame = Buffer.from(batch.length.toString(16) + '\\r\\n' + batch + '\\r\\n')
const sockets = new Set()
let on = false
const server = createServer((request, response) => {
  if (request.url === '/watch') {
    response.writeHead(200)
    response.flushHeaders()
    sockets.add(response.socket)
    return
  }
  on = request.url === '/on'
  if (on) void run()
  send(response, '{}')
})
async function run() {
  while (on) {
    const full = [...sockets].filter((socket) => !socket.write(frame))
    await Promise.all(full.map((socket) => new Promise((resolve) => socket.once('drain', resolve))))
    await new Promise(setImmediate)
  }
}`

/** Sockets that read a stream and count its bytes. */
async function watch(url, headers) {
  const { hostname, port, pathname, search } = new URL(url)
  const counter = { bytes: 0, open: 0, sockets: [] }
  const lines = Object.entries({ host: hostname, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  for (let count = 0; count < watchers; count += 1) {
    const socket = connect(Number(port), hostname)
    socket.write(`GET ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n`)
    socket.once('data', () => (counter.open += 1))
    socket.on('data', (chunk) => (counter.bytes += chunk.length))
    counter.sockets.push(socket)
    if (count % 50 === 49) await sleep(20)
  }
  while (counter.open < watchers) await sleep(20)
  return counter
}

/** Bytes per second over all sockets while `begin` is active. */
async function rateOf(counter, begin, end) {
  const stop = await begin()
  await sleep(300)
  const [bytes, start] = [counter.bytes, performance.now()]
  await sleep(roundMs)
  const rate = (counter.bytes - bytes) / ((performance.now() - start) / 1000)
  await end(stop)
  await sleep(200)
  return rate
}

const bare = await serveBare(bareWatches)
const floor = `http://127.0.0.1:${bare.port}`
const own = await serve('--in-memory', '--http')
const headers = { authorization: `Bearer ${own.key}`, 'content-type': 'application/json' }
const configMaps = `${own.url}/k8s/clusters/${own.clusterId}/api/v1/namespaces/default/configmaps`
const agent = agentFor('http:', writers)
const values = Array.from({ length: writers }, (_, index) => ({
  metadata: { name: `watched-${index}` },
  data: { text: 'x'.repeat(3700), count: '0' },
}))
for (const value of values) await ask(agent, { url: configMaps, method: 'POST', headers, body: JSON.stringify(value) })

const atFloor = await watch(`${floor}/watch`, {})
const atOurs = await watch(`${configMaps}?watch=1`, headers)

/** Each writer keeps changing its own object until told to stop. */
async function beginWriting() {
  const state = { on: true }
  const write = async (value) => {
    for (let count = 1; state.on; count += 1) {
      const url = `${configMaps}/${value.metadata.name}`
      const body = JSON.stringify({ ...value, data: { ...value.data, count: String(count) } })
      const { status, text } = await ask(agent, { url, method: 'PUT', headers, body })
      if (status !== 200) throw new Error(text)
    }
  }
  const all = Promise.all(values.map(write))
  return { state, all }
}

async function endWriting({ state, all }) {
  state.on = false
  await all
}

const ratios = []
const rates = []
for (let round = -1; round < rounds; round += 1) {
  const one = await rateOf(
    atFloor,
    () => ask(agent, { url: `${floor}/on` }),
    () => ask(agent, { url: `${floor}/off` }),
  )
  const other = await rateOf(atOurs, beginWriting, endWriting)
  if (round < 0) continue
  ratios.push(other / one)
  rates.push([one, other])
}
const lost = atOurs.sockets.filter(({ destroyed, readableEnded }) => destroyed || readableEnded).length
if (lost > 0) throw new Error(`${lost} watchers were dropped`)
for (const { sockets } of [atFloor, atOurs]) for (const socket of sockets) socket.destroy()
agent.destroy()
for (const { child } of [own, bare]) child.kill()

const perSecond = (at) => (median(rates.map((pair) => pair[at])) / watchers / 4150).toFixed(0)
const beside = `${perSecond(1)} events/s each, node:http ${perSecond(0)}`
report([atLeast('500 watchers, bytes a second, to the coalesced floor', median(ratios), 'x', 0.6, beside)])
