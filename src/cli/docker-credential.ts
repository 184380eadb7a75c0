import { runProgram } from '../kube/index.ts'
import type { Credential } from '../registry/index.ts'
import type { Terminal } from './terminal.ts'

/** Asks `docker-credential-NAME`; undefined where it knows none, is not there or takes longer than 10 s. */
export async function runCredentialHelper(
  name: string,
  registry: string,
  { env, signal }: Pick<Terminal, 'env' | 'signal'>,
): Promise<Credential | undefined> {
  if (!/^[\w.-]+$/.test(name)) return undefined
  try {
    const options = { env, signal, timeout: 10_000, input: registry }
    const { code, stdout } = await runProgram(`docker-credential-${name}`, ['get'], options)
    return code === 0 ? parse(stdout) : undefined
  } catch {
    signal.throwIfAborted()
    return undefined
  }
}

function parse(text: string): Credential | undefined {
  try {
    const { Username: username, Secret: password } = JSON.parse(text) as { Username?: string; Secret?: string }
    return username && password ? { username, password } : undefined
  } catch {
    return undefined
  }
}
