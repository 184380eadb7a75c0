interface Field {
  min: number
  max: number
  names?: readonly string[]
}

const fields: readonly Field[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
]

const descriptors: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

/** Returns the next time after the given one. */
export type Schedule = (after: number) => number | undefined

const unitSeconds: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 }

/**
 * Parses the five fields of cron, @daily and the like, or @every with a duration, in the given IANA time zone (default
 * UTC). Undefined if invalid.
 */
export function parseSchedule(text: string, timeZone?: string): Schedule | undefined {
  if (text.startsWith('@every ')) return everySchedule(text.slice(7))
  const schedule = parseFields(text)
  return schedule && timeZone !== undefined ? inTimeZone(schedule, timeZone) : schedule
}

function parseFields(text: string): Schedule | undefined {
  const parts = (descriptors[text] ?? text).trim().split(/\s+/)
  if (parts.length !== fields.length) return undefined
  const sets = parts.map((part, index) => parseField(part, fields[index] as Field))
  if (sets.some((set) => set.size === 0)) return undefined
  const [minutes, hours, days, months, weekdays] = sets as [Numbers, Numbers, Numbers, Numbers, Numbers]
  const [, , dayText = '', , weekdayText = ''] = parts
  const eitherDay = !isStar(dayText) && !isStar(weekdayText)
  const matchesDay = (date: Date) => {
    const [day, weekday] = [days.has(date.getUTCDate()), weekdays.has(date.getUTCDay())]
    return months.has(date.getUTCMonth() + 1) && (eitherDay ? day || weekday : day && weekday)
  }
  return (after) => nextTime(after, { minutes, hours, matchesDay })
}

/** Skips times that do not exist in spring; runs times that occur twice in autumn once. */
function inTimeZone(schedule: Schedule, timeZone: string): Schedule {
  const offset = clockOffset(timeZone)
  return (after) => {
    let shown = schedule(after + offset(after))
    while (shown !== undefined) {
      const time = shown - offset(shown - offset(after))
      if (time > after && time + offset(time) === shown) return time
      shown = schedule(shown)
    }
    return undefined
  }
}

/** Offset of the time zone from UTC at a moment, in ms. */
function clockOffset(timeZone: string): (time: number) => number {
  const numeric = 'numeric'
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: numeric,
    month: numeric,
    day: numeric,
    hour: numeric,
    minute: numeric,
    second: numeric,
  })
  return (time) => {
    const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]))
    const [year = 0, month = 1, ...rest] = (['year', 'month', 'day', 'hour', 'minute', 'second'] as const).map((part) =>
      parts.get(part),
    )
    return Date.UTC(year, month - 1, ...(rest as number[])) - Math.floor(time / 1000) * 1000
  }
}

type Numbers = ReadonlySet<number>

const isStar = (text: string) => text.startsWith('*') || text.startsWith('?')

function everySchedule(duration: string): Schedule | undefined {
  const parts = [...duration.matchAll(/(\d+(?:\.\d*)?)(ms|us|µs|ns|h|m|s)/g)]
  const seconds = parts.reduce((sum, [, value, unit]) => sum + Number(value) * (unitSeconds[unit ?? ''] ?? 0), 0)
  const step = Math.max(Math.floor(seconds), 1) * 1000
  if (parts.length === 0) return undefined
  return (after) => Math.floor(after / 1000) * 1000 + step
}

function parseField(text: string, { min, max, names = [] }: Field): Numbers {
  const numbers = new Set<number>()
  const read = (word: string) => {
    const named = names.indexOf(word.toLowerCase())
    return named === -1 ? Number(word) : named + min
  }
  for (const part of text.split(',')) {
    const [range = '', step] = part.split('/')
    const [low = '', high] = range.split('-')
    const star = low === '*' || low === '?'
    const first = star ? min : read(low)
    const last = star || (high === undefined && step !== undefined) ? max : read(high ?? low)
    for (let number = first; number <= last && number <= max; number += Number(step ?? 1) || 1) numbers.add(number)
  }
  return numbers
}

const minute = 60_000
const day = 1440 * minute

/** Skips whole days; without a match in five years there is none (30 February). */
function nextTime(
  after: number,
  { minutes, hours, matchesDay }: { minutes: Numbers; hours: Numbers; matchesDay: (date: Date) => boolean },
): number | undefined {
  let time = (Math.floor(after / minute) + 1) * minute
  const end = time + 5 * 366 * day
  while (time < end) {
    const date = new Date(time)
    if (!matchesDay(date)) time = (Math.floor(time / day) + 1) * day
    else if (!hours.has(date.getUTCHours())) time = (Math.floor(time / (60 * minute)) + 1) * 60 * minute
    else if (!minutes.has(date.getUTCMinutes())) time += minute
    else return time
  }
  return undefined
}
