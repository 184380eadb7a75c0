/** A value already printed as Go's %#v has it, for messages that show structs. */
export class GoText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
}

/** A string as Go's %q prints it. */
export function goQuote(text: string): string {
  const inner = text.replace(/["\\\p{C}]/gu, (character) => {
    const escape = escapes[character]
    if (escape !== undefined) return escape
    const code = character.codePointAt(0) ?? 0
    if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
  })
  return `"${inner}"`
}

/** As Go's %#v prints a map[string]string: keys sorted, nil where it was absent. */
export function goStringMap(map: Readonly<Record<string, string>> | undefined): string {
  if (map === undefined) return 'map[string]string(nil)'
  const entries = Object.keys(map)
    .sort()
    .map((key) => `${goQuote(key)}:${goQuote(map[key] ?? '')}`)
  return `map[string]string{${entries.join(', ')}}`
}

/** As Go's %#v prints a []string. */
export function goStrings(items: readonly string[] | undefined): string {
  return items === undefined ? '[]string(nil)' : `[]string{${items.map(goQuote).join(', ')}}`
}

/** As Go's %#v prints an intstr.IntOrString. */
export function goIntOrString(value: unknown): string {
  if (typeof value === 'string') return `intstr.IntOrString{Type:1, IntVal:0, StrVal:${goQuote(value)}}`
  return `intstr.IntOrString{Type:0, IntVal:${typeof value === 'number' ? value : 0}, StrVal:""}`
}
