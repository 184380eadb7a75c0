import { callOnce, V3Failure, type Collection, type Resource } from '../server/v3.ts'

export interface User extends Resource {
  id: string
  username: string
  name: string
  mustChangePassword: boolean
}

/** `ended`: the session expired; the page stays, under a sign-in form. */
export type Session =
  { state: 'unknown' } | { state: 'none' } | { state: 'open'; user: User } | { state: 'ended'; user: User }

let session: Session = { state: 'unknown' }
const listeners = new Set<() => void>()
let waiting: (() => void)[] = []

export function currentSession(): Session {
  return session
}

export function onSession(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function change(next: Session): void {
  session = next
  for (const listener of listeners) listener()
}

/** Asks the server for the current user. */
export async function resumeSession(): Promise<void> {
  try {
    change({ state: 'open', user: await me() })
  } catch (error) {
    if (!(error instanceof V3Failure) || error.status !== 401) throw error
    change({ state: 'none' })
  }
}

async function me(): Promise<User> {
  const { data } = await callOnce<Collection<User>>('GET', '/v3/users?me=true')
  const [user] = data
  if (!user) throw new V3Failure(401, { message: 'no user' })
  return user
}

/** Raises V3Failure: 401 for a wrong name or password. */
export async function signIn(username: string, password: string): Promise<void> {
  // any GET sets the CSRF cookie that the sign-in must repeat
  await callOnce('GET', '/v3-public/localProviders/local')
  const body = { username, password, responseType: 'cookie', description: 'Drover console' }
  await callOnce('POST', '/v3-public/localProviders/local?action=login', { body })
  const user = await me()
  change({ state: 'open', user })
  const resumed = waiting
  waiting = []
  for (const resume of resumed) resume()
}

export async function signOut(): Promise<void> {
  try {
    await callOnce('POST', '/v3/tokens?action=logout')
  } finally {
    change({ state: 'none' })
  }
}

/** Raises V3Failure: 422 for a wrong current password. */
export async function changePassword(currentPassword: string, newPassword: string): Promise<void> {
  await callOnce('POST', '/v3/users?action=changepassword', { body: { currentPassword, newPassword } })
  if (session.state === 'open') change({ state: 'open', user: { ...session.user, mustChangePassword: false } })
}

/** Marks the session as expired. Resolves after the next sign-in. */
export function endSession(): Promise<void> {
  if (session.state === 'open') change({ state: 'ended', user: session.user })
  else if (session.state === 'unknown') change({ state: 'none' })
  return new Promise((resolve) => waiting.push(resolve))
}
