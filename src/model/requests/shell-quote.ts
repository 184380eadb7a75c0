const safeWord = /^[\w@%+=:,./-]+$/

/** Quotes a word for a POSIX shell. Raises RangeError for NUL, which no argument can carry. */
export function shellQuote(text: string): string {
  if (text.includes('\0')) throw new RangeError('a shell argument cannot carry a NUL character')
  // some shells treat a word that starts with = or ~ specially
  if (safeWord.test(text) && !text.startsWith('=')) return text
  return `'${text.replaceAll("'", `'\\''`)}'`
}
