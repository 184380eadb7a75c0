interface Bounds {
  min: number
  max: number
  names?: Readonly<Record<string, number>>
}

const months = numbered(['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'], 1)
const days = numbered(['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'], 0)

const bounds: readonly Bounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: months },
  { min: 0, max: 6, names: days },
]

const descriptors = new Set(['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'])

function numbered(names: readonly string[], first: number): Record<string, number> {
  return Object.fromEntries(names.map((name, index) => [name, index + first]))
}

/** Why Kubernetes cannot read a CronJob's schedule, in the words of its parser; undefined when it can. */
export function cronProblem(schedule: string): string | undefined {
  if (schedule.startsWith('@')) return descriptorProblem(schedule)
  const fields = schedule.trim().split(/\s+/)
  if (fields.length !== bounds.length) return `Expected exactly 5 fields, found ${fields.length}: ${schedule}`
  for (const [index, field] of fields.entries()) {
    const bound = bounds[index]
    const problem = bound && fieldProblem(field, bound)
    if (problem !== undefined) return problem
  }
  return undefined
}

/** Why that is no time zone, in Kubernetes' words (since 1.27); undefined when it is one. */
export function timeZoneProblem(name: string): string | undefined {
  if (name === '') return 'timeZone must be nil or non-empty string'
  if (name.toLowerCase() === 'local')
    return 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'
  try {
    Intl.DateTimeFormat('en-US', { timeZone: name })
    return undefined
  } catch {
    return `unknown time zone ${name}`
  }
}

function descriptorProblem(schedule: string): string | undefined {
  if (descriptors.has(schedule)) return undefined
  if (!schedule.startsWith('@every ')) return `Unrecognized descriptor: ${schedule}`
  const duration = schedule.slice('@every '.length)
  if (/^[+-]?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+$/.test(duration)) return undefined
  return `Failed to parse duration ${schedule}: time: invalid duration ${JSON.stringify(duration)}`
}

function fieldProblem(field: string, bound: Bounds): string | undefined {
  for (const part of field.split(',')) {
    const problem = rangeProblem(part, bound)
    if (problem !== undefined) return problem
  }
  return undefined
}

function rangeProblem(text: string, { min, max, names }: Bounds): string | undefined {
  const [range = '', step, ...moreSteps] = text.split('/')
  const [low = '', high, ...moreHyphens] = range.split('-')
  const star = low === '*' || low === '?'
  if (moreSteps.length > 0) return `Too many slashes: ${text}`
  if (moreHyphens.length > 0) return `Too many hyphens: ${text}`
  const numbers = [star ? String(min) : low, star ? undefined : high, step]
  for (const one of numbers)
    if (one !== undefined && names?.[one.toLowerCase()] === undefined && !/^\d+$/.test(one)) return intProblem(one)
  const value = (one: string): number => names?.[one.toLowerCase()] ?? Number(one)
  const start = value(numbers[0] ?? '')
  const end =
    star || (high === undefined && step !== undefined) ? max : numbers[1] === undefined ? start : value(numbers[1])
  if (start < min) return `Beginning of range (${start}) below minimum (${min}): ${text}`
  if (end > max) return `End of range (${end}) above maximum (${max}): ${text}`
  if (start > end) return `Beginning of range (${start}) beyond end of range (${end}): ${text}`
  return step !== undefined && Number(step) === 0 ? `Step of range should be a positive number: ${text}` : undefined
}

function intProblem(text: string): string {
  if (/^[+-]\d+$/.test(text)) return `Negative number (${Number(text)}) not allowed: ${text}`
  return `Failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`
}
