import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { nodeFetch } from '../../src/kube/index.ts'
import { httpRequest } from '../../src/model/http.ts'

export const root = join(import.meta.dirname, '../..')
export const bin = join(root, 'dist/bin/drover.cjs')

/** The ready line of `drover serve -o json --show-secrets`. */
export interface Ready {
  url: string
  caFile: string
  pin: string
  clusterId: string
  projectId: string
  adminPassword?: string
  key: string
}

export interface Served extends AsyncDisposable {
  readonly ready: Ready
  readonly process: ChildProcess
  /** The log so far. */
  log(): string
}

/** Runs the packed command on a free port. Disposing sends SIGTERM. */
export async function serve(args: readonly string[] = ['--in-memory', '--sample', 'article']): Promise<Served> {
  if (!existsSync(bin)) throw new Error('dist/ is not built: run `npm run build` first')
  const argv = [bin, 'serve', '--listen', '127.0.0.1:0', '-o', 'json', '--show-secrets', '--log-level', 'warn', ...args]
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'], env: cleanEnvironment() })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const exited = once(child, 'exit')
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([text]) => String(text)),
    exited.then(([code]) => Promise.reject(new Error(`drover serve exited with ${code}: ${errors}`))),
  ])
  return {
    ready: JSON.parse(line) as Ready,
    process: child,
    log: () => errors,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

export function cleanEnvironment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const own = ['NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS', 'KUBECONFIG', 'CI', 'FORCE_COLOR']
  const kept = Object.entries(process.env).filter(
    ([name]) => !own.includes(name) && !/^(DROVER|RANCHER|VITEST)_/.test(name),
  )
  return { ...Object.fromEntries(kept), ...more }
}

export interface Outcome {
  code: number
  out: string
  err: string
}

/** Runs a program to its end. A failure is a result, not an exception. */
export function run(
  program: string,
  args: readonly string[],
  { env = {}, input, cwd = root }: { env?: Record<string, string>; input?: string; cwd?: string } = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { env: cleanEnvironment(env), cwd, timeout: 60_000 }, (error, out, err) => {
      if (error && typeof error.code !== 'number') reject(error)
      else resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err })
    })
    child.stdin?.end(input)
  })
}

export function drover(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  return run(process.execPath, [bin, ...args], { env })
}

/** Settings for `drover` to reach the server. */
export function droverEnv({ url, caFile, key }: Ready): Record<string, string> {
  return { DROVER_SERVER: url, DROVER_CA_FILE: caFile, RANCHER_TOKEN: key }
}

/** The cluster action behind Rancher's "Kubeconfig File" button. */
export async function generateKubeconfig({ url, caFile, clusterId, key }: Ready): Promise<string> {
  using fetch = nodeFetch({ ca: await readFile(caFile, 'utf8') })
  const response = await fetch(
    httpRequest(`${url}/v3/clusters/${clusterId}?action=generateKubeconfig`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: '{}',
    }),
  )
  return ((await response.json()) as { config: string }).config
}
