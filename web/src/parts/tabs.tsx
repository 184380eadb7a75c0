import type { ComponentChildren } from 'preact'
import { useId, useState } from 'preact/hooks'

interface Tab {
  id: string
  label: string
  show: () => ComponentChildren
}

/** Tabs with arrow-key navigation. Only the selected one is rendered. */
export function Tabs({ tabs, label }: { tabs: readonly Tab[]; label: string }) {
  const base = useId()
  const [chosen, setChosen] = useState(tabs[0]?.id ?? '')
  const at = tabs.findIndex(({ id }) => id === chosen)
  const move = (step: number) => {
    const next = tabs[(at + step + tabs.length) % tabs.length]
    if (!next) return
    setChosen(next.id)
    document.getElementById(`${base}-${next.id}`)?.focus()
  }
  return (
    <>
      <div class="tabs" role="tablist" aria-label={label}>
        {tabs.map(({ id, label: name }) => (
          <button
            key={id}
            id={`${base}-${id}`}
            type="button"
            role="tab"
            aria-selected={id === chosen}
            aria-controls={`${base}-panel`}
            tabIndex={id === chosen ? 0 : -1}
            onClick={() => setChosen(id)}
            onKeyDown={({ key }) => {
              if (key === 'ArrowRight') move(1)
              if (key === 'ArrowLeft') move(-1)
            }}
          >
            {name}
          </button>
        ))}
      </div>
      <div id={`${base}-panel`} role="tabpanel" aria-labelledby={`${base}-${chosen}`}>
        {tabs[at]?.show()}
      </div>
    </>
  )
}
