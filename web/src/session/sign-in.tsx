import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import { useTexts } from '../language/language.tsx'
import { Notice } from '../parts/notice.tsx'
import { V3Failure } from '../server/v3.ts'
import { currentSession, signIn } from './session.ts'

export function SignInPage() {
  const texts = useTexts()
  return (
    <main class="sign-in">
      <div class="sign-in-card">
        <div class="row">
          <img src="/favicon.svg" alt="" width="30" height="30" />
          <h1>Drover</h1>
        </div>
        <SignInForm />
        <p class="hint">{texts.signIn.hint}</p>
      </div>
    </main>
  )
}

export function SignInForm() {
  const texts = useTexts()
  const queries = useQueryClient()
  const session = currentSession()
  const [username, setUsername] = useState('user' in session ? session.user.username : '')
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const submit = async () => {
    setBusy(true)
    setProblem(undefined)
    try {
      await signIn(username, password)
      await queries.invalidateQueries()
    } catch (error) {
      setPassword('')
      const wrong = error instanceof V3Failure && error.status === 401
      setProblem(wrong ? texts.signIn.wrong : error instanceof Error ? error.message : String(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      {problem !== undefined && (
        <Notice tone="bad">
          <p>{problem}</p>
        </Notice>
      )}
      <div class="field">
        <label for="username">{texts.signIn.username}</label>
        <input
          id="username"
          class="input"
          autocomplete="username"
          autofocus={username === ''}
          required
          value={username}
          onInput={(event) => setUsername(event.currentTarget.value)}
        />
      </div>
      <div class="field">
        <label for="password">{texts.signIn.password}</label>
        <input
          id="password"
          class="input"
          type="password"
          autocomplete="current-password"
          autofocus={username !== ''}
          required
          value={password}
          onInput={(event) => setPassword(event.currentTarget.value)}
        />
      </div>
      <button type="submit" class="button-primary" disabled={busy}>
        {texts.signIn.button}
      </button>
    </form>
  )
}
