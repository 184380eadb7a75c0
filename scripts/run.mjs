// `node scripts/run.mjs FILE.ts [ARGUMENTS]`: runs a TypeScript program of the repository, bundled first because Node
// 20 cannot run TypeScript.
import { mkdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const [, , program, ...args] = process.argv
const folder = join(import.meta.dirname, '../node_modules/.cache/drover')
// several may run at the same time
const outfile = join(folder, `${basename(program, '.ts')}-${process.pid}.mjs`)

mkdirSync(folder, { recursive: true })
process.once('exit', () => rmSync(outfile, { force: true }))
process.setSourceMapsEnabled(true)
await build({
  entryPoints: [program],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  packages: 'external',
  sourcemap: 'inline',
  logLevel: 'warning',
})
process.argv = [process.argv[0], program, ...args]
await import(pathToFileURL(outfile).href)
