/** Deeper than any Kubernetes document. Bounds recursive readers. */
const maxDepth = 500
/** More than the largest accepted body contains. YAML aliases could expand to any number. */
const maxValues = 500_000

/**
 * Whether brackets nest deeper than 500, ignoring strings. Most texts have fewer brackets than that and skip the scan.
 */
export function isTooDeep(text: string): boolean {
  if (!hasMoreBrackets(text, maxDepth)) return false
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (quoted) {
      if (code === 0x5c) at++
      else if (code === 0x22) quoted = false
    } else if (code === 0x22) quoted = true
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > maxDepth) return true
    } else if (code === 0x7d || code === 0x5d) depth--
  }
  return false
}

function hasMoreBrackets(text: string, most: number): boolean {
  let count = 0
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at >= 0 && count <= most; at = text.indexOf(bracket, at + 1)) count++
  }
  return count > most
}

/**
 * Copies parsed JSON or YAML without own `__proto__` keys. YAML values may be cyclic, so the copy is bounded: raises
 * RangeError beyond 500 levels or 500,000 values.
 */
export function boundedCopy(value: unknown): unknown {
  let left = maxValues
  const copyOf = (one: unknown, depth: number): unknown => {
    if (one === null || typeof one !== 'object') return one
    if (depth > maxDepth || left-- <= 0) throw new RangeError('exceeded max depth')
    if (Array.isArray(one)) return one.map((item) => copyOf(item, depth + 1))
    const copy: Record<string, unknown> = {}
    for (const [key, member] of Object.entries(one)) if (key !== '__proto__') copy[key] = copyOf(member, depth + 1)
    return copy
  }
  return copyOf(value, 0)
}
