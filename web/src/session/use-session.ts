import { useSyncExternalStore } from 'preact/compat'
import { currentSession, onSession, type Session } from './session.ts'

export function useSession(): Session {
  return useSyncExternalStore(onSession, currentSession)
}
