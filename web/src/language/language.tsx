import { createContext, type ComponentChildren } from 'preact'
import { useContext, useEffect, useState } from 'preact/hooks'
import { english, type Texts } from './english.ts'

export type Language = 'en' | 'zh'

const key = 'drover-language'

interface Spoken {
  language: Language
  texts: Texts
  choose: (language: Language) => void
}

const Context = createContext<Spoken>({ language: 'en', texts: english, choose: () => undefined })

function preferred(): Language {
  const kept = localStorage.getItem(key)
  if (kept === 'en' || kept === 'zh') return kept
  return navigator.language.startsWith('zh') ? 'zh' : 'en'
}

/** English is bundled; Chinese is loaded on demand. */
export function LanguageProvider({ children }: { children: ComponentChildren }) {
  const [language, setLanguage] = useState(preferred)
  const [spoken, setSpoken] = useState<{ language: Language; texts: Texts } | undefined>(
    language === 'en' ? { language, texts: english } : undefined,
  )
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
    if (language === 'en') setSpoken({ language, texts: english })
    else void import('./chinese.ts').then(({ chinese }) => setSpoken({ language, texts: chinese }))
  }, [language])
  if (!spoken) return null
  const choose = (chosen: Language) => {
    localStorage.setItem(key, chosen)
    setLanguage(chosen)
  }
  return <Context.Provider value={{ ...spoken, choose }}>{children}</Context.Provider>
}

export function useLanguage(): Spoken {
  return useContext(Context)
}

export function useTexts(): Texts {
  return useContext(Context).texts
}
