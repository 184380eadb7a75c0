import { useTexts } from '../language/language.tsx'
import type { Tone } from './notice.tsx'

const tones: Readonly<Record<string, Tone>> = {
  active: 'good',
  running: 'good',
  succeeded: 'good',
  updating: 'warn',
  progressing: 'warn',
  pending: 'warn',
  soon: 'warn',
  accepted: 'good',
  inactive: 'bad',
  failed: 'bad',
  refused: 'bad',
  'timed-out': 'bad',
  expired: 'bad',
  unavailable: 'bad',
  paused: 'plain',
}

/** A coloured dot and a word: colour alone is not accessible. */
export function StateMark({ state, label, title }: { state: string; label?: string | undefined; title?: string }) {
  const texts = useTexts()
  const tone = tones[state] ?? 'plain'
  return (
    <span class={`state state-${tone}`} title={title}>
      <span class="state-dot" aria-hidden="true" />
      {label ?? texts.states[state] ?? state}
    </span>
  )
}
