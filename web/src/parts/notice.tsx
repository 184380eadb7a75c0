import type { ComponentChildren } from 'preact'
import { useLanguage, useTexts } from '../language/language.tsx'
import { Icon } from './icon.tsx'
import { dateText } from './time.ts'

export type Tone = 'plain' | 'good' | 'warn' | 'bad'

interface NoticeProps {
  tone?: Tone
  title?: string | undefined
  children?: ComponentChildren
  action?: ComponentChildren
}

/** A message about its metadataFields. */
export function Notice({ tone = 'plain', title, children, action }: NoticeProps) {
  return (
    <div class={`notice notice-${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      {tone !== 'plain' && <Icon name={tone === 'good' ? 'check' : 'warn'} />}
      <div class="notice-words">
        {title !== undefined && <strong>{title}</strong>}
        {children}
      </div>
      {action}
    </div>
  )
}

/** An error in the server's words. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const texts = useTexts()
  const lost = error instanceof TypeError
  const message = lost ? texts.common.unreachableHint : error instanceof Error ? error.message : String(error)
  const again = onRetry && (
    <button type="button" class="button" onClick={onRetry}>
      {texts.common.retry}
    </button>
  )
  return (
    <Notice tone="bad" title={lost ? texts.common.unreachable : texts.common.failed} action={again}>
      <p>{message}</p>
    </Notice>
  )
}

/** Shown over stale data while polling fails. `since`: ms since the epoch. */
export function Stale({ since }: { since: number }) {
  const { texts, language } = useLanguage()
  return (
    <Notice tone="warn" title={texts.common.unreachable}>
      <p>{texts.common.stale(dateText(since, language))}</p>
    </Notice>
  )
}

/** Placeholder for missing content. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  )
}

export function Loading() {
  const texts = useTexts()
  return (
    <div class="loading" role="status">
      <span class="spinner" aria-hidden="true" />
      {texts.common.loading}
    </div>
  )
}
