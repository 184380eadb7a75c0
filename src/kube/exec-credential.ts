import { DroverError } from '../model/errors.ts'
import { runProgram } from './run-program.ts'

/** A user's exec plugin (client.authentication.k8s.io). */
export interface ExecSpec {
  apiVersion?: string
  command?: string
  args?: string[] | null
  env?: { name: string; value: string }[] | null
  installHint?: string
}

export interface ExecCredential {
  token?: string
  clientCertificate?: { cert: string; key: string }
  /** ms since the epoch. */
  expiresAt?: number
}

interface ExecOptions {
  env?: Readonly<Record<string, string | undefined>>
  signal?: AbortSignal | undefined
  /** Limit for the plugin in ms. Default 60 000: it may call a cloud API. */
  timeout?: number
  now?: () => number
}

/** One credential per plugin, renewed shortly before it expires. */
const cache = new WeakMap<ExecSpec, Promise<ExecCredential>>()
const expiryMargin = 10_000

/**
 * Runs the plugin and parses its credential. Raises UNAUTHENTICATED when it fails, hangs or prints something invalid.
 */
export async function execCredential(spec: ExecSpec, options: ExecOptions = {}): Promise<ExecCredential> {
  const { now = Date.now } = options
  const before = await cache.get(spec)?.catch(() => undefined)
  if (before && (before.expiresAt ?? Infinity) - expiryMargin > now()) return before
  const fresh = run(spec, options).then((text) => parseCredential(spec, text))
  cache.set(spec, fresh)
  return fresh
}

async function run(
  { command, args, env: own, apiVersion, installHint }: ExecSpec,
  options: ExecOptions,
): Promise<string> {
  if (!command) throw new DroverError('INVALID', 'the kubeconfig has an exec plugin without a command')
  const { env = {}, signal, timeout = 60_000 } = options
  const info = { apiVersion, kind: 'ExecCredential', spec: { interactive: false } }
  const all = {
    ...env,
    ...Object.fromEntries((own ?? []).map(({ name, value }) => [name, value])),
    KUBERNETES_EXEC_INFO: JSON.stringify(info),
  }
  const failed = (why: string, cause?: unknown) =>
    new DroverError('UNAUTHENTICATED', `the credential plugin ${command} failed: ${why}`, { cause })
  const ended = await runProgram(command, args ?? [], { env: all, signal, timeout }).catch((error: unknown) => {
    if (!(error instanceof DroverError)) throw error
    const hint = installHint ? ` (${installHint.trim()})` : ''
    throw failed(error.code === 'NOT_FOUND' ? `there is no ${command}${hint}` : error.message, error)
  })
  const { code, stdout, stderr, timedOut } = ended
  if (timedOut) throw failed(`it did not end within ${timeout} ms`)
  if (code !== 0) throw failed(stderr.trim().split('\n').at(-1) || `it ended with ${code}`)
  return stdout
}

interface ExecAnswer {
  kind?: string
  status?: { token?: string; clientCertificateData?: string; clientKeyData?: string; expirationTimestamp?: string }
}

function parseCredential({ command }: ExecSpec, text: string): ExecCredential {
  const { kind, status } = parseJson(text)
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = status ?? {}
  if (kind !== 'ExecCredential' || (!token && !(cert && key))) {
    throw new DroverError('UNAUTHENTICATED', `the credential plugin ${command} answered with no ExecCredential`)
  }
  return {
    ...(token && { token }),
    ...(cert && key && { clientCertificate: { cert, key } }),
    ...(expirationTimestamp && { expiresAt: Date.parse(expirationTimestamp) }),
  }
}

function parseJson(text: string): ExecAnswer {
  try {
    return (JSON.parse(text) ?? {}) as ExecAnswer
  } catch {
    return {}
  }
}
