import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { useTexts } from '../language/language.tsx'
import { Icon } from './icon.tsx'

interface DialogProps {
  title: string
  onClose: () => void
  children: ComponentChildren
  /** Buttons in the footer. */
  foot?: ComponentChildren
  wide?: boolean
  /** Cannot be dismissed. */
  required?: boolean
}

/** The browser's modal dialog, which traps focus and closes on Escape. */
export function Dialog({ title, onClose, children, foot, wide = false, required = false }: DialogProps) {
  const texts = useTexts()
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useId()
  // must run before the effects of the content, which may take the focus
  useLayoutEffect(() => {
    const element = dialog.current
    if (element && !element.open) element.showModal()
    return () => element?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      class={wide ? 'dialog dialog-wide' : 'dialog'}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault()
        if (!required) onClose()
      }}
    >
      <header class="dialog-head">
        <h2 id={heading}>{title}</h2>
        {!required && (
          <button type="button" class="button-quiet button-icon" aria-label={texts.common.close} onClick={onClose}>
            <Icon name="close" />
          </button>
        )}
      </header>
      <div class="dialog-body">{children}</div>
      {foot && <footer class="dialog-foot">{foot}</footer>}
    </dialog>
  )
}
