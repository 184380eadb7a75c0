/** Deeper than any document of Kubernetes; a reader that descends must come to an end. */
const deepest = 500
/** More than the largest body can hold in earnest; YAML's aliases can stand for any number. */
const mostValues = 500_000

/** Whether brackets are nested more than 500 deep, strings aside; a text with fewer of them, which is most texts, is not. */
export function isTooDeep(text: string): boolean {
  if (!hasMoreOpening(text, deepest)) return false
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (quoted) {
      if (code === 0x5c) at++
      else if (code === 0x22) quoted = false
    } else if (code === 0x22) quoted = true
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > deepest) return true
    } else if (code === 0x7d || code === 0x5d) depth--
  }
  return false
}

function hasMoreOpening(text: string, most: number): boolean {
  let count = 0
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at >= 0 && count <= most; at = text.indexOf(bracket, at + 1)) count++
  }
  return count > most
}

/**
 * A copy of parsed JSON or YAML without own `__proto__` keys, and with an end: YAML can say of a value that it contains
 * itself. Raises RangeError beyond 500 levels or 500,000 values.
 */
export function boundedCopy(value: unknown): unknown {
  let left = mostValues
  const copyOf = (one: unknown, depth: number): unknown => {
    if (one === null || typeof one !== 'object') return one
    if (depth > deepest || left-- <= 0) throw new RangeError('exceeded max depth')
    if (Array.isArray(one)) return one.map((item) => copyOf(item, depth + 1))
    const copy: Record<string, unknown> = {}
    for (const [key, member] of Object.entries(one)) if (key !== '__proto__') copy[key] = copyOf(member, depth + 1)
    return copy
  }
  return copyOf(value, 0)
}
