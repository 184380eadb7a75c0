import { X509Certificate } from 'node:crypto'
import { pinOf } from '../../kube/index.ts'
import { DroverError } from '../../model/errors.ts'
import type { StalePut } from '../../rancher/index.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { readPemFile } from '../read-named-file.ts'
import { parseMirror, readRegistryCa, registryFetch } from '../registry-fetch.ts'
import { sampleNamed } from '../sample/samples.ts'
import { dataDirectory } from '../serve/data-directory.ts'
import { parseListenAddress } from '../serve/listen-address.ts'
import { openLog } from '../serve/log.ts'
import { registryTags } from '../serve/registry-tags.ts'
import { startServer, type RunningServer, type StartOptions } from '../serve/start-server.ts'
import type { Terminal } from '../terminal.ts'

export interface ServeFlags {
  listen: string
  data?: string
  inMemory?: boolean
  kubeconfig?: string
  context?: string
  sample?: string
  tlsCert?: string
  tlsKey?: string
  hostname?: string[]
  http?: boolean
  redirectHttp?: string
  stalePut?: StalePut
  /** `--no-registry-tags` */
  registryTags: boolean
  plainHttpRegistry?: string[]
  registryMirror?: string[]
  registryCa?: string
  output?: 'text' | 'json'
  showSecrets?: boolean
  logLevel: string
}

/** Serves until it is told to stop (Ctrl-C, SIGTERM); then lets answers under way finish. */
export async function serveCommand(flags: ServeFlags, terminal: Terminal): Promise<ExitCode> {
  refuseContradictions(flags)
  const log = openLog(flags.logLevel)
  const options = await readOptions(flags, terminal)
  await using running = await startServer({ ...options, onFailure: log.failure })
  terminal.out(flags.output === 'json' ? await readyLine(running, flags) : await readyText(running, flags, terminal))
  if (flags.output === 'json' && !flags.showSecrets) warnOfPassword(running, terminal)
  await new Promise<void>((stop) => {
    if (terminal.signal.aborted) stop()
    terminal.signal.addEventListener('abort', () => stop(), { once: true })
  })
  log.info('closing')
  return exitCodes.done
}

function refuseContradictions({
  data,
  inMemory,
  kubeconfig,
  context,
  sample,
  tlsCert,
  tlsKey,
  http,
  redirectHttp,
}: ServeFlags): void {
  const rules: readonly [boolean, string][] = [
    [
      inMemory === true && data !== undefined,
      '--in-memory keeps nothing on disk, and --data names a folder: give only one of them',
    ],
    [context !== undefined && kubeconfig === undefined, '--context needs --kubeconfig FILE'],
    [
      inMemory === true && kubeconfig !== undefined,
      '--in-memory serves the embedded cluster, and --kubeconfig another one: give only one of them',
    ],
    [
      sample !== undefined && kubeconfig !== undefined,
      '--sample fills only the embedded cluster: omit it with --kubeconfig',
    ],
    [(tlsCert === undefined) !== (tlsKey === undefined), '--tls-cert and --tls-key go together: give both or neither'],
    [
      http === true && redirectHttp !== undefined,
      '--redirect-http redirects to HTTPS, which --http turns off: give only one of them',
    ],
    [http === true && tlsCert !== undefined, '--http turns off TLS, and --tls-cert needs it: give only one of them'],
  ]
  const broken = rules.find(([wrong]) => wrong)
  if (broken) throw new DroverError('INVALID', broken[1])
}

async function readOptions(flags: ServeFlags, terminal: Terminal): Promise<Omit<StartOptions, 'onFailure'>> {
  const { env, now } = terminal
  const directory = dataDirectory(flags.data, terminal)
  return {
    listen: parseListenAddress(flags.listen),
    redirectFrom: flags.redirectHttp === undefined ? undefined : parseListenAddress(flags.redirectHttp),
    cluster: flags.inMemory ? 'in-memory' : await clusterOf(flags, directory, terminal),
    tls: await tlsOf(flags, terminal),
    hostnames: flags.hostname ?? [],
    stalePut: flags.stalePut,
    askForTags: flags.registryTags ? askForTags(flags, terminal) : undefined,
    sample: flags.sample === undefined ? undefined : sampleNamed(flags.sample),
    adminPassword: env['DROVER_ADMIN_PASSWORD'] || undefined,
    now,
  }
}

function askForTags({ plainHttpRegistry, registryMirror = [], registryCa }: ServeFlags, terminal: Terminal) {
  return registryTags({
    fetch: registryFetch(readRegistryCa(registryCa, terminal), terminal.env),
    plainHttp: plainHttpRegistry ?? [],
    mirrors: Object.fromEntries(registryMirror.map(parseMirror)),
    now: terminal.now,
  })
}

async function clusterOf({ kubeconfig, context }: ServeFlags, directory: string, terminal: Terminal) {
  if (kubeconfig === undefined) return { directory }
  terminal.err(
    `Serving the cluster of ${kubeconfig}. The namespace drover-system and the custom resource definitions of drover.dev are ` +
      'created in it if they are missing (`drover manifests` prints them).\n',
  )
  const { kubeconfigFetch } = await import('../kubeconfig.ts')
  return { directory, kube: await kubeconfigFetch({ kubeconfig, context }, terminal) }
}

async function tlsOf({ http, tlsCert, tlsKey }: ServeFlags, terminal: Terminal): Promise<StartOptions['tls']> {
  if (http) {
    terminal.err(
      'warning: --http: keys and passwords can be read on the wire; use it only behind a proxy that terminates TLS\n',
    )
    return 'none'
  }
  if (tlsCert === undefined || tlsKey === undefined) return 'own'
  return { cert: readPemFile(tlsCert, tlsCert, terminal), key: readPemFile(tlsKey, tlsKey, terminal) }
}

/** For programs: one line of JSON. Secrets only where they were asked for. */
async function readyLine({ url, ca, server }: RunningServer, { showSecrets }: ServeFlags): Promise<string> {
  const secrets = showSecrets && {
    ...(server.generatedPassword !== undefined && { adminPassword: server.generatedPassword }),
    key: await server.issueKey({ description: 'drover serve --show-secrets' }),
  }
  return `${JSON.stringify({
    url,
    ...(ca && { caFile: ca.file, pin: pinOf(new X509Certificate(ca.cert)) }),
    clusterId: server.clusterId,
    projectId: server.projects.default,
    ...secrets,
  })}\n`
}

function warnOfPassword({ server }: RunningServer, { err }: Terminal): void {
  if (server.generatedPassword === undefined) return
  err(
    `The user admin has the password ${server.generatedPassword} (shown only once; DROVER_ADMIN_PASSWORD would set it)\n`,
  )
}

async function readyText({ url, ca, server }: RunningServer, flags: ServeFlags, terminal: Terminal): Promise<string> {
  const kept = flags.inMemory
    ? 'embedded, in memory'
    : (flags.kubeconfig ?? `embedded, in ${dataDirectory(flags.data, terminal)}`)
  const key = flags.showSecrets ? await server.issueKey({ description: 'drover serve --show-secrets' }) : undefined
  const lines = [
    `Serving ${url}  (cluster ${server.clusterId}, ${kept}; project ${server.projects.default})`,
    `  browser    ${url}/ for the console, ${url}/v3 for the API`,
    ...(ca ? [`  CA         ${ca.file}`, `  pin        ${pinOf(new X509Certificate(ca.cert))}`] : []),
    ...(server.generatedPassword === undefined
      ? []
      : [`  log in     admin, password ${server.generatedPassword} (shown only once)`]),
    ...(key === undefined ? [] : [`  key        ${key}`]),
    '',
    'From another terminal:',
    `  export DROVER_SERVER=${url}${ca ? ` DROVER_CA_FILE=${ca.file}` : ''}`,
    key === undefined
      ? '  (umask 077; drover keys create --username admin > drover.key); export DROVER_KEY_FILE=drover.key'
      : `  export RANCHER_TOKEN=${key}`,
    '  drover get workloads',
    '',
    'Ctrl-C stops it.',
  ]
  return lines.map((line) => `${line}\n`).join('')
}
