// Starts `drover serve` and other processes that print their address as the first line.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { cleanEnvironment } from './measure.mjs'

export const bin = join(dirname(fileURLToPath(import.meta.url)), '../dist/bin/drover.cjs')

/** The first line of output, and the process, which runs until killed. */
export async function start(program, args) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], env: cleanEnvironment })
  process.once('exit', () => child.kill())
  const [line] = await once(createInterface(child.stdout), 'line')
  return { line, child }
}

/** A server with the article's workload and additional flags of `serve`. */
export async function serve(...flags) {
  const ready = ['--listen', '127.0.0.1:0', '-o', 'json', '--show-secrets', '--log-level', 'silent']
  const { line, child } = await start(process.execPath, [bin, 'serve', '--sample', 'article', ...ready, ...flags])
  return { ...JSON.parse(line), child }
}

/** A node:http server. `body` is the handler's code; `send` writes a response. */
export async function serveBare(body, tls) {
  const { line, child } = await start(process.execPath, ['-e', bareServer(body, tls)])
  return { port: Number(line), child }
}

function bareServer(body, tls) {
  return `
${tls ? `const { createServer: serve } = require('node:https')` : `const { createServer: serve } = require('node:http')`}
const createServer = (answer) => ${tls ? `serve(${JSON.stringify(tls)}, answer)` : 'serve(answer)'}
function send(response, text) {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
  response.end(text)
}
${body}
server.listen(0, '127.0.0.1', () => console.log(server.address().port))`
}
