import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render } from 'preact'
import { DroverError } from '../../src/model/errors.ts'
import { App } from './app.tsx'
import { LanguageProvider } from './language/language.tsx'
import { V3Failure } from './server/v3.ts'
import { applyTheme } from './theme.ts'
import './styles/base.css'
import './styles/parts.css'
import './styles/layout.css'
import './styles/console.css'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // retries only connection failures: a refusal would repeat
      retry: (count, error) => count < 2 && !isRefusal(error),
      refetchOnWindowFocus: true,
      staleTime: 1000,
    },
  },
})

function isRefusal(error: unknown): boolean {
  if (error instanceof V3Failure) return error.status < 500
  return error instanceof DroverError && error.code !== 'UNREACHABLE' && error.code !== 'SERVER'
}

applyTheme()
const root = document.getElementById('app')
if (root) {
  render(
    <QueryClientProvider client={queries}>
      <LanguageProvider>
        <App />
      </LanguageProvider>
    </QueryClientProvider>,
    root,
  )
}
