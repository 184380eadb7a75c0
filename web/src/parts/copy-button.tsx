import { useEffect, useState } from 'preact/hooks'
import { useTexts } from '../language/language.tsx'
import { Icon } from './icon.tsx'

interface CopyButtonProps {
  text: string
  /** Button text. Default: an icon labelled Copy. */
  label?: string
  /** Names the copied thing for screen readers. */
  what?: string
}

export function CopyButton({ text, label, what }: CopyButtonProps) {
  const texts = useTexts()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return undefined
    const timer = setTimeout(() => setCopied(false), 1600)
    return () => clearTimeout(timer)
  }, [copied])
  const name = label ?? (what === undefined ? texts.common.copy : `${texts.common.copy}: ${what}`)
  return (
    <button
      type="button"
      class={label === undefined ? 'button-quiet button-icon' : 'button'}
      aria-label={label === undefined ? name : undefined}
      title={label === undefined ? name : undefined}
      onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    >
      <Icon name={copied ? 'check' : 'copy'} />
      {label !== undefined && <span>{copied ? texts.common.copied : label}</span>}
      <span class="visually-hidden" role="status">
        {copied ? texts.common.copied : ''}
      </span>
    </button>
  )
}
