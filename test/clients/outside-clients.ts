import { spawnSync } from 'node:child_process'

function works(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0
}

/** Absent where it cannot be found: then its tests are skipped, which `npm test` says, and refuses under CI=true. */
export const python = ['python3', '/usr/bin/python3'].find((program) => works(program, ['-c', 'import requests']))
export const curl = works('curl', ['--version']) ? 'curl' : undefined
export const kubectl = works('kubectl', ['version', '--client']) ? 'kubectl' : undefined
