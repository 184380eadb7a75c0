import { execFile } from 'node:child_process'
import type { Credential } from '../registry/index.ts'
import type { Terminal } from './terminal.ts'

/** Asks `docker-credential-NAME`; undefined where it knows none, is not there or takes longer than 10 s. */
export function runCredentialHelper(
  name: string,
  registry: string,
  { env, signal }: Pick<Terminal, 'env' | 'signal'>,
): Promise<Credential | undefined> {
  if (!/^[\w.-]+$/.test(name)) return Promise.resolve(undefined)
  return new Promise((resolve) => {
    const child = execFile(`docker-credential-${name}`, ['get'], { env, signal, timeout: 10_000 }, (error, out) =>
      resolve(error ? undefined : parse(out)),
    )
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(registry)
  })
}

function parse(text: string): Credential | undefined {
  try {
    const { Username: username, Secret: password } = JSON.parse(text) as { Username?: string; Secret?: string }
    return username && password ? { username, password } : undefined
  } catch {
    return undefined
  }
}
