/** A list where one value is asked for stands for its first item. */
export function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value
}

/** What norman makes of a value where a text is asked for. */
export function toText(value: unknown): string {
  const one = firstOf(value)
  return one === null || one === undefined ? '' : goText(one)
}

/** How Go prints a decoded JSON value. */
export function goText(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`
  if (typeof value !== 'object') return JSON.stringify(value)
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1))
  return `map[${entries.map(([key, one]) => `${key}:${goText(one)}`).join(' ')}]`
}
