// Builds dist/: the bin (CommonJS, in lazily loaded chunks), the library's entry points (ESM) and their types.
// CommonJS starts 4 to 6 ms faster than ESM, and a command should load only what it uses. So the bin is bundled as ESM
// with code splitting, each chunk is converted to CommonJS, and the chunks are packed into two files, because many
// small files are slow (docs/decisions/0003-a-bin-in-packs.md).
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompressSync, gzipSync } from 'node:zlib'
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
  legalComments: 'none',
  external: Object.keys(dependencies),
  define: { DROVER_VERSION: JSON.stringify(version) },
  // Prefer ES modules: `import()` of a CommonJS module would yield only its default.
  mainFields: ['module', 'main'],
  loader: { '.json': 'json', '.html': 'text' },
  logLevel: 'warning',
}

/** Not needed by the everyday commands; goes into a pack of its own. */
const heavy = ['actions/serve', 'actions/demo', 'actions/manifests', 'completion'].map((name) => `src/cli/${name}.ts`)

/**
 * Names are kept: readable stack traces are worth the bytes, and restoring names (keepNames) costs time at every start.
 */
const small = { minifyWhitespace: true, minifySyntax: true }

async function buildBin() {
  const { outputFiles, metafile } = await build({
    ...shared,
    ...small,
    entryPoints: { 'run-process': 'src/cli/run-process.ts' },
    outdir: 'dist/bin',
    chunkNames: 'piece-[name]-[hash]',
    write: false,
    metafile: true,
    plugins: [withoutSubprocesses],
  })
  const everyday = everydayPieces(metafile.outputs)
  const packs = { 'client.js': [], 'server.js': [] }
  for (const { path, text } of outputFiles) {
    const name = basename(path, '.js')
    packs[everyday.has(name) ? 'client.js' : 'server.js'].push([`./${name}.cjs`, await toCommonJs(text)])
  }
  const texts = Object.entries(packs).map(([file, pieces]) => [file, packOf(pieces)])
  await Promise.all(texts.map(([file, text]) => writeText(join('dist/bin', file), text)))
  await buildEntry({
    packs: Object.fromEntries(texts.map(([file, text]) => [file, hashOf(text)])),
    pieces: Object.fromEntries(
      Object.entries(packs).flatMap(([file, pieces]) => pieces.map(([piece]) => [piece, file])),
    ),
  })
  await linkForNpx()
}

/** The file npm links to. Answers `--version` itself and loads everything else from the packs. */
async function buildEntry(packs) {
  await build({
    ...shared,
    ...small,
    splitting: false,
    format: 'cjs',
    entryPoints: ['src/cli/bin.ts'],
    outfile: 'dist/bin/drover.cjs',
    define: { ...shared.define, DROVER_PACKS: JSON.stringify(packs) },
    banner: { js: '#!/usr/bin/env node' },
  })
  await chmod(join(root, 'dist/bin/drover.cjs'), 0o755)
}

async function writeText(path, text) {
  await mkdir(join(root, dirname(path)), { recursive: true })
  await writeFile(join(root, path), text)
}

/**
 * Commander can run subcommands as separate programs. Drover has none, and Node's module for it costs 2 ms at start.
 */
const withoutSubprocesses = {
  name: 'without-subprocesses',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('commander') ? { path: 'none', namespace: 'without-subprocesses' } : undefined,
    )
    onLoad({ filter: /.*/, namespace: 'without-subprocesses' }, () => ({ contents: 'module.exports = {}' }))
  },
}

/** Chunks needed at start or by an everyday command. */
function everydayPieces(outputs) {
  const byName = new Map(Object.entries(outputs).map(([path, output]) => [basename(path, '.js'), output]))
  const starts = [...byName].filter(
    ([, { entryPoint }]) => entryPoint?.startsWith('src/') && !heavy.includes(entryPoint),
  )
  const found = new Set()
  const waiting = starts.map(([name]) => name)
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue
    found.add(name)
    const { imports, inputs } = byName.get(name)
    const strayed = Object.keys(inputs).find((path) => /^src\/(cluster|rancher)\//.test(path))
    if (strayed) throw new Error(`${strayed} would be loaded by a command that is not heavy (scripts/build.mjs)`)
    for (const { path, kind, external } of imports) {
      if (kind === 'import-statement' && !external) waiting.push(basename(path, '.js'))
    }
  }
  return found
}

/**
 * A script that evaluates to an object of chunks, each a function compiled on first call. ASCII only: one non-Latin-1
 * character would make V8 store the whole script in two bytes per character.
 */
function packOf(pieces) {
  const members = pieces.map(
    ([name, code]) => `${JSON.stringify(name)}(module, exports, require, __dirname) {\n${code}}`,
  )
  const text = `({\n${members.join(',\n')}\n})\n`
  return text.replace(/[\u0080-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function hashOf(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

/** Makes `npx drover` in the checkout run this build: npm links the bins of dependencies, not the package's own. */
async function linkForNpx() {
  const link = join(root, 'node_modules/.bin/drover')
  await rm(link, { force: true })
  await symlink('../../dist/bin/drover.cjs', link)
}

/** Converts an ESM chunk to CommonJS and renames the chunks it imports. */
async function toCommonJs(text) {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    ...small,
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'undefined', 'import.meta.dirname': '__dirname' },
    logLevel: 'error',
  })
  return code.replace(/(["'`])\.\/(piece-[\w.-]*)\.js\1/g, '$1./$2.cjs$1')
}

async function buildDoors() {
  await build({
    ...shared,
    entryPoints: doors,
    outdir: 'dist',
    chunkNames: 'library/[name]-[hash]',
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'\nconst require = requireFrom(import.meta.url)",
    },
  })
}

/** Emits declarations only. `npm run types` checks types; a type error must not fail an installation. */
async function buildTypes() {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  await promisify(execFile)(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--noCheck'], { cwd: root })
}

/** Builds the console, with a compressed copy of each file. */
async function buildWeb() {
  const { build: buildPages } = await import('vite')
  await buildPages({ configFile: join(root, 'web/vite.config.ts') })
  const folder = join(root, 'dist/web')
  const names = await readdir(folder, { recursive: true })
  await Promise.all(names.filter((name) => /\.(css|js|svg)$/.test(name)).map((name) => compress(join(folder, name))))
}

async function compress(file) {
  const bytes = await readFile(file)
  await Promise.all([
    writeFile(`${file}.br`, brotliCompressSync(bytes)),
    writeFile(`${file}.gz`, gzipSync(bytes, { level: 9 })),
  ])
}

await rm(join(root, 'dist'), { recursive: true, force: true })
const done = await Promise.allSettled([
  buildBin(),
  buildDoors(),
  buildTypes(),
  existsSync(join(root, 'web/vite.config.ts')) && buildWeb(),
])
for (const { reason } of done.filter((one) => one.status === 'rejected')) {
  console.error(reason.stdout || reason.message)
  process.exitCode = 1
}
