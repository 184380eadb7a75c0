import { parseArgs } from 'node:util'
import { replay } from './replay.ts'
import { Report } from './report.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, listed: { type: 'boolean' } },
})
const [directory] = positionals
if (!directory) {
  process.stderr.write('usage: npm run test:recordings -- DIR [--only REGEXP] [--listed]\n')
  process.exit(2)
}

const report = new Report((line) => process.stdout.write(`${line}\n`), { showsListed: values.listed === true })
const only = values.only === undefined ? undefined : new RegExp(values.only)
for await (const { played, rules } of replay(directory, { root: process.cwd(), only })) report.add(played, rules)
report.finish()
process.exitCode = report.total.differ === 0 ? 0 : 1
