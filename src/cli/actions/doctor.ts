import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { connect as openTls } from 'node:tls'
import picocolors from 'picocolors'
import { nodeFetch, pinOf, proxyFor, type KubeClient } from '../../kube/index.ts'
import { httpRequest } from '../../model/http.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { openTarget } from '../open-target.ts'
import { keyFileOf, readConnection, type Connection, type ConnectionFlags } from '../settings.ts'
import type { Terminal } from '../terminal.ts'
import { textOf, v3Client } from '../v3-client.ts'

export interface DoctorFlags extends ConnectionFlags {
  output?: 'text' | 'json'
}

interface Finding {
  about: string
  state: 'ok' | 'warning' | 'bad'
  message: string
}

const day = 86_400_000

/** Checks everything that a change needs, in that order, and changes nothing. */
export async function doctorCommand(flags: DoctorFlags, terminal: Terminal): Promise<ExitCode> {
  const connection = await readConnection(flags, terminal)
  const findings: Finding[] = []
  for await (const finding of examine(connection, flags, terminal)) {
    findings.push(finding)
    if (flags.output !== 'json') show(finding, terminal)
  }
  const bad = findings.some(({ state }) => state === 'bad')
  if (flags.output === 'json') {
    terminal.out(`${JSON.stringify({ version: 1, kind: 'Diagnosis', healthy: !bad, findings })}\n`)
  }
  return bad ? exitCodes.unreachable : exitCodes.done
}

function show({ about, state, message }: Finding, { out, color }: Terminal): void {
  const colors = picocolors.createColors(color)
  const paint = { ok: colors.green, warning: colors.yellow, bad: colors.red }[state]
  out(`${paint(state.padEnd(7))} ${about}: ${message}\n`)
}

async function* examine(connection: Connection, flags: DoctorFlags, terminal: Terminal): AsyncGenerator<Finding> {
  if (connection.door === 'rancher') {
    const reached = await reach(connection, terminal)
    yield* reached.findings
    if (!reached.ok) return
    yield* keyFileFindings(flags, terminal)
    yield* keyFindings(connection, terminal)
  }
  try {
    using opened = await openTarget(connection, terminal)
    yield* apiFindings(opened.client, connection)
    yield* rightFindings(opened.client, flags.namespace ?? 'default')
  } catch (error) {
    yield { about: 'cluster', state: 'bad', message: wordsOf(error) }
  }
}

type Server = Connection & { door: 'rancher' }

async function reach({ server, trust }: Server, terminal: Terminal): Promise<{ ok: boolean; findings: Finding[] }> {
  const proxy = proxyFor(server, terminal.env)
  const through = proxy === undefined ? '' : ` through the proxy ${new URL(proxy).host}`
  using fetch = nodeFetch({ ...trust, ...(proxy !== undefined && { proxy }) })
  try {
    const before = terminal.now()
    const response = await fetch(httpRequest(`${server}/ping`, { signal: terminal.signal }))
    const took = terminal.now() - before
    await response.text()
    const by = trust.insecure
      ? 'not verified (--insecure)'
      : trust.pin
        ? 'verified by its pin'
        : trust.ca
          ? 'verified by the CA file'
          : 'verified by Node’s bundled CAs'
    const tls: Finding = server.startsWith('https:')
      ? { about: 'TLS', state: trust.insecure ? 'warning' : 'ok', message: by }
      : { about: 'TLS', state: 'warning', message: 'none: the key can be read on the wire' }
    const reached: Finding = { about: 'server', state: 'ok', message: `${server} answered in ${took} ms${through}` }
    return { ok: true, findings: [reached, tls, ...clockFindings(response.headers.get('date'), before + took / 2)] }
  } catch (error) {
    terminal.signal.throwIfAborted()
    const seen = (error as { code?: string }).code === 'UNTRUSTED' && !proxy ? await presentedPin(server) : undefined
    const pin =
      seen === undefined ? '' : `; it presents ${seen}: compare that with the server’s own, then pass it as --pin`
    return { ok: false, findings: [{ about: 'server', state: 'bad', message: `${wordsOf(error)}${pin}` }] }
  }
}

/** The fingerprint that the server presents, whoever it is. Nothing is sent to it. */
function presentedPin(server: string): Promise<string | undefined> {
  const { hostname, port } = new URL(server)
  const host = hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve) => {
    const socket = openTls({ host, port: Number(port || 443), rejectUnauthorized: false, timeout: 5000 })
    const end = (pin?: string) => {
      socket.destroy()
      resolve(pin)
    }
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerX509Certificate()
      end(certificate && pinOf(certificate))
    })
    socket.once('error', () => end())
    socket.once('timeout', () => end())
  })
}

const skewBorne = 30_000

function clockFindings(date: string | null, now: number): Finding[] {
  const theirs = Date.parse(date ?? '')
  if (Number.isNaN(theirs)) return []
  const skew = Math.round((theirs - now) / 1000)
  if (Math.abs(skew) * 1000 <= skewBorne) return [{ about: 'clock', state: 'ok', message: 'agrees with the server’s' }]
  const way = skew > 0 ? 'ahead of' : 'behind'
  return [{ about: 'clock', state: 'warning', message: `the server’s clock is ${Math.abs(skew)} s ${way} this one` }]
}

/** Only of a file that others may read: `drover keys create > FILE` leaves its mode to the umask. */
function keyFileFindings(flags: DoctorFlags, terminal: Terminal): Finding[] {
  const file = keyFileOf(flags, terminal)
  if (file === undefined || file === '-' || process.platform === 'win32') return []
  const { mode } = statSync(resolve(terminal.cwd, file))
  if ((mode & 0o077) === 0) return []
  const message = `${file} can be read by other users of this machine; chmod 600 ${file}`
  return [{ about: 'key file', state: 'warning', message }]
}

async function* keyFindings({ server, key, trust }: Server, terminal: Terminal): AsyncGenerator<Finding> {
  using client = v3Client({ server, key, trust, terminal })
  try {
    const [name = ''] = key.reveal().split(':')
    const token = await client.get(`/v3/tokens/${encodeURIComponent(name)}`)
    const scope = textOf(token['clusterId'])
    const expiry = Date.parse(textOf(token['expiresAt']))
    const left = Math.floor((expiry - terminal.now()) / day)
    const life = Number.isNaN(expiry) ? 'never expires' : `expires in ${left} day${left === 1 ? '' : 's'}`
    const where = scope === '' ? 'all clusters of its user' : `cluster ${scope} only`
    const state = !Number.isNaN(expiry) && left < 14 ? 'warning' : 'ok'
    yield { about: 'key', state, message: `${name} is valid for ${where} and ${life}` }
  } catch (error) {
    const code = (error as { code?: string }).code
    // a key scoped to a cluster may not read itself
    const state = code === 'UNAUTHENTICATED' ? 'bad' : 'warning'
    yield { about: 'key', state, message: `cannot be read: ${wordsOf(error)}` }
  }
}

async function* apiFindings(client: KubeClient, { door }: Connection): AsyncGenerator<Finding> {
  try {
    const { gitVersion = '?' } = await client.get<{ gitVersion?: string }>('/version')
    const way = door === 'kubernetes' ? 'directly' : 'through the server'
    yield {
      about: 'API',
      state: 'ok',
      message: `Kubernetes ${gitVersion}, ${way}: changes are conditional JSON Patches`,
    }
  } catch (error) {
    const state = door === 'kubernetes' ? 'bad' : 'warning'
    const then = door === 'kubernetes' ? '' : '; Rancher’s v3 API will be used'
    yield { about: 'API', state, message: `${wordsOf(error)}${then}` }
  }
}

const rights = [
  { verb: 'get', group: 'apps', resource: 'deployments', needed: true },
  { verb: 'patch', group: 'apps', resource: 'deployments', needed: true },
  { verb: 'list', group: 'apps', resource: 'replicasets', needed: true },
  { verb: 'list', group: '', resource: 'pods', needed: true },
  { verb: 'list', group: '', resource: 'events', needed: false },
  { verb: 'get', group: '', resource: 'pods/log', needed: false },
] as const

async function* rightFindings(client: KubeClient, namespace: string): AsyncGenerator<Finding> {
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
  for (const { verb, group, resource, needed } of rights) {
    const [name, subresource] = resource.split('/')
    const resourceAttributes = { namespace, verb, group, resource: name, ...(subresource && { subresource }) }
    const about = `may ${verb} ${resource} in ${namespace}`
    try {
      const review = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes },
      }
      const { status } = await client.create<{ status?: { allowed?: boolean } }>(path, review)
      if (status?.allowed) yield { about, state: 'ok', message: 'yes' }
      else
        yield {
          about,
          state: needed ? 'bad' : 'warning',
          message: needed ? 'no' : 'no: failures are reported with less evidence',
        }
    } catch (error) {
      yield { about, state: 'warning', message: `cannot be checked: ${wordsOf(error)}` }
      return
    }
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
