import { useLanguage } from '../language/language.tsx'
import { ageText, dateText } from './time.ts'

/** Relative time, with the full time as a tooltip. */
export function Age({ of: created }: { of: string | number | null | undefined }) {
  const { language } = useLanguage()
  if (!created) return null
  return (
    <time class="age" dateTime={new Date(created).toISOString()} title={dateText(created, language)}>
      {ageText(created)}
    </time>
  )
}
