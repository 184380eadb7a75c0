/** `42s`, `5m`, `3h`, `12d`. */
export function ageText(created: string | number | null | undefined, now = Date.now()): string {
  const time = typeof created === 'string' ? Date.parse(created) : (created ?? Number.NaN)
  if (!Number.isFinite(time)) return ''
  const seconds = Math.max(0, Math.round((now - time) / 1000))
  if (seconds < 120) return `${seconds}s`
  if (seconds < 7200) return `${Math.round(seconds / 60)}m`
  if (seconds < 172_800) return `${Math.round(seconds / 3600)}h`
  return `${Math.round(seconds / 86_400)}d`
}

export function dateText(value: string | number, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(value))
}
