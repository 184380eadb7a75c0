// Builds dist/: the bin (CommonJS, in pieces loaded when needed), the library doors (ESM) and their types.
//
// CommonJS starts 4 to 6 ms sooner than ESM, and a command should load only what it uses, so the bin is bundled as ESM
// with code splitting, where every `import()` becomes a piece of its own, and each piece is then turned into CommonJS.
import { execFile } from 'node:child_process'
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build, transform } from 'esbuild'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const { version, dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))

const doors = { index: 'src/index.ts', server: 'src/rancher/index.ts', cluster: 'src/cluster/index.ts' }

/** @satisfies {import('esbuild').BuildOptions} */
const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  splitting: true,
  minify: true,
  keepNames: true,
  legalComments: 'none',
  external: Object.keys(dependencies),
  define: { DROVER_VERSION: JSON.stringify(version) },
  // A library's ES modules where it has them: `import()` of a CommonJS one would give its default alone.
  mainFields: ['module', 'main'],
  loader: { '.json': 'json', '.html': 'text' },
  logLevel: 'warning',
}

async function buildBin() {
  const { outputFiles } = await build({
    ...shared,
    entryPoints: { drover: 'src/cli/bin.ts' },
    outdir: 'dist/bin',
    chunkNames: 'part-[name]-[hash]',
    write: false,
  })
  const folder = join(root, 'dist/bin')
  await mkdir(folder, { recursive: true })
  await Promise.all(outputFiles.map((file) => writePiece(folder, file)))
  await chmod(join(folder, 'drover.cjs'), 0o755)
  await linkForNpx()
}

/** In the checkout `npx drover` is this one: npm links the bins of dependencies, not a package's own. */
async function linkForNpx() {
  const link = join(root, 'node_modules/.bin/drover')
  await rm(link, { force: true })
  await symlink('../../dist/bin/drover.cjs', link)
}

/** One ESM piece as CommonJS; its imports name the other pieces by their new ending. */
async function writePiece(folder, { path, text }) {
  const name = basename(path, '.js')
  const { code } = await transform(text.replace(/^#!.*\n/, ''), {
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    minify: true,
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'undefined' },
    logLevel: 'error',
  })
  const renamed = code.replace(/(["'`])\.\/((?:drover|part-)[\w.-]*)\.js\1/g, '$1./$2.cjs$1')
  await writeFile(join(folder, `${name}.cjs`), name === 'drover' ? `#!/usr/bin/env node\n${renamed}` : renamed)
}

async function buildDoors() {
  await build({
    ...shared,
    entryPoints: doors,
    outdir: 'dist',
    chunkNames: 'library/[name]-[hash]',
    minify: false,
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'\nconst require = requireFrom(import.meta.url)",
    },
  })
}

async function buildTypes() {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  await promisify(execFile)(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root })
}

await rm(join(root, 'dist'), { recursive: true, force: true })
const done = await Promise.allSettled([buildBin(), buildDoors(), buildTypes()])
for (const { reason } of done.filter((one) => one.status === 'rejected')) {
  console.error(reason.stdout || reason.message)
  process.exitCode = 1
}
