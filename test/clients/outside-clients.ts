import { spawnSync } from 'node:child_process'

function works(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0
}

/** Undefined if not installed; its tests are then skipped, which `npm test` reports and CI=true refuses. */
export const python = ['python3', '/usr/bin/python3'].find((program) => works(program, ['-c', 'import requests']))
export const curl = works('curl', ['--version']) ? 'curl' : undefined
export const kubectl = works('kubectl', ['version', '--client']) ? 'kubectl' : undefined
