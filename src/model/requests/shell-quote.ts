const harmless = /^[\w@%+=:,./-]+$/

/**
 * A word that a POSIX shell reads as exactly this text: nothing is special between single quotes but their end. Raises
 * where there is a NUL, which no argument can carry.
 */
export function shellQuote(text: string): string {
  if (text.includes('\0')) throw new RangeError('a shell argument cannot carry a NUL character')
  // a word that begins with = or ~ is read specially by some shells
  if (harmless.test(text) && !text.startsWith('=')) return text
  return `'${text.replaceAll("'", `'\\''`)}'`
}
