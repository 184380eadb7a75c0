// Completes package-lock.json after `npm install` (docs/decisions/0004-a-complete-lock-file.md). --check only reports.
// npm omits from the lock file the optional packages (binaries for other platforms) that the registry in use does not
// have, and `npm ci` then rejects the file as out of sync. This restores them by name, version and platform; `npm ci`
// skips those for other platforms without requesting them.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const file = join(dirname(fileURLToPath(import.meta.url)), '../package-lock.json')

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']
const processors = ['arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64', 'arm']

/** Derives os, cpu and libc from the package's name, such as `binding-linux-x64-musl`. */
function platformOf(name) {
  const words = name.split(/[/_-]/)
  const has = (known) => known.filter((word) => words.includes(word))
  const libc = words.some((word) => word.startsWith('musl')) ? 'musl' : words.includes('gnu') ? 'glibc' : undefined
  return { cpu: has(processors), os: has(systems), ...(libc && { libc: [libc] }) }
}

/** The places where Node would look for a package, innermost first. */
function* placesOf(name, from) {
  for (let place = from; ; place = place.slice(0, Math.max(0, place.lastIndexOf('node_modules/') - 1))) {
    yield `${place === '' ? '' : `${place}/`}node_modules/${name}`
    if (place === '') return
  }
}

function missingFrom({ packages }) {
  return Object.entries(packages).flatMap(([place, { optionalDependencies = {}, dev }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => ![...placesOf(name, place)].some((one) => packages[one]))
      .map(([name, version]) => ({ name, version, dev: dev ?? false, by: place })),
  )
}

const lock = JSON.parse(readFileSync(file, 'utf8'))
const missing = missingFrom(lock)
const unknown = missing.filter(({ name, version }) => {
  const { cpu, os } = platformOf(name)
  return !/^\d+\.\d+\.\d+/.test(version) || (cpu.length === 0 && os.length === 0)
})
if (process.argv.includes('--check') || unknown.length > 0) {
  for (const { name, version, by } of missing) console.error(`package-lock.json lacks ${name} ${version} of ${by}`)
  process.exitCode = missing.length > 0 ? 1 : 0
} else {
  for (const { name, version, dev } of missing) {
    const { cpu, libc, os } = platformOf(name)
    const entry = { version, cpu, ...(dev && { dev }), ...(libc && { libc }), optional: true, os }
    lock.packages[`node_modules/${name}`] = entry
  }
  const { '': root, ...packages } = lock.packages
  const sorted = Object.entries(packages).sort(([one], [other]) => one.localeCompare(other, 'en'))
  writeFileSync(
    file,
    `${JSON.stringify({ ...lock, packages: { '': root, ...Object.fromEntries(sorted) } }, null, 2)}\n`,
  )
  console.log(`${missing.length} packages put back`)
}
