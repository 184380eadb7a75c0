import type { KubeClient } from '../../kube/index.ts'

interface Remembered {
  text: string
  value: unknown
}

/** Objects are a few kB as text and as much again parsed; evicts the least recently read. */
const mostRemembered = 500

/**
 * A client whose `get` always reads the response but parses it only if it changed. The same text yields the same frozen
 * object, so results can be cached by object, and nothing is ever stale.
 */
export function rememberGets(kube: KubeClient): KubeClient {
  const known = new Map<string, Remembered>()
  const remember = (path: string, entry: Remembered) => {
    known.delete(path)
    known.set(path, entry)
    const oldest = known.keys().next()
    if (known.size > mostRemembered && !oldest.done) known.delete(oldest.value)
  }
  return {
    ...kube,
    async get<T>(path: string, options = {}) {
      if (Object.keys(options).length > 0) return kube.get<T>(path, options)
      const text = await kube.text(path, jsonWanted)
      const before = known.get(path)
      const entry = before?.text === text ? before : { text, value: frozen(JSON.parse(text)) }
      remember(path, entry)
      return entry.value as T
    },
  }
}

const jsonWanted = { headers: { accept: 'application/json' } }

function frozen(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  for (const member of Object.values(value)) frozen(member)
  return Object.freeze(value)
}
