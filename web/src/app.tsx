import type { ComponentChildren } from 'preact'
import { lazy, Suspense } from 'preact/compat'
import { useEffect, useState } from 'preact/hooks'
import { Route, Switch, useLocation } from 'wouter'
import { Frame } from './console/frame.tsx'
import { Home } from './console/home.tsx'
import { useProjects } from './console/places.ts'
import { useTexts } from './language/language.tsx'
import { Dialog } from './parts/dialog.tsx'
import { Empty, Failure, Loading } from './parts/notice.tsx'
import { ChangePasswordDialog } from './session/change-password.tsx'
import { resumeSession } from './session/session.ts'
import { SignInForm, SignInPage } from './session/sign-in.tsx'
import { useSession } from './session/use-session.ts'

const WorkloadsPage = lazy(() => import('./console/workloads-page.tsx'))
const WorkloadPage = lazy(() => import('./console/workload-page.tsx'))
const ImagesPage = lazy(() => import('./console/images-page.tsx'))
const PlacesPage = lazy(() => import('./console/places-page.tsx'))
const KeysPage = lazy(() => import('./console/keys-page.tsx'))
const ApiPage = lazy(() => import('./api-browser/api-page.tsx'))

/** Shows the sign-in or the pages. An expired session is renewed in a dialog over the current page. */
export function App() {
  const session = useSession()
  const [failure, setFailure] = useState<unknown>()
  const resume = () => {
    setFailure(undefined)
    resumeSession().catch(setFailure)
  }
  useEffect(resume, [])
  switch (session.state) {
    case 'unknown':
      return failure === undefined ? <Loading /> : <Failure error={failure} onRetry={resume} />
    case 'none':
      return <SignInPage />
    case 'open':
    case 'ended':
      return <Pages ended={session.state === 'ended'} mustChange={session.user.mustChangePassword} />
    default:
      return session satisfies never
  }
}

/** Postponing the password change lasts for the session. */
const postponedKey = 'drover-password-later'

function Pages({ ended, mustChange }: { ended: boolean; mustChange: boolean }) {
  const texts = useTexts()
  const [later, setLater] = useState(() => sessionStorage.getItem(postponedKey) !== null)
  const postpone = () => {
    sessionStorage.setItem(postponedKey, 'yes')
    setLater(true)
  }
  return (
    <>
      <Frame>
        <Suspense fallback={<Loading />}>
          <Routes />
        </Suspense>
      </Frame>
      {ended && (
        <Dialog title={texts.signIn.title} onClose={() => undefined} required>
          <p>{texts.signIn.ended}</p>
          <SignInForm />
        </Dialog>
      )}
      {mustChange && !later && !ended && <ChangePasswordDialog first onClose={postpone} />}
    </>
  )
}

interface Params {
  project: string
  id?: string
}

function Routes() {
  const texts = useTexts()
  const [path] = useLocation()
  // any address of the API is a page of the API browser
  if (/^\/(v3|v3-public|meta)(\/|$)/.test(path)) return <ApiPage />
  return (
    <Switch>
      <Route path="/" component={Home} />
      <Route path="/p/:project/workloads">
        {({ project }: Params) => (
          <InProject project={project}>
            <WorkloadsPage key={project} project={project} />
          </InProject>
        )}
      </Route>
      <Route path="/p/:project/workload/:id">
        {({ project, id = '' }: Params) => (
          <InProject project={project}>
            <WorkloadPage key={id} project={project} id={decodeURIComponent(id)} />
          </InProject>
        )}
      </Route>
      <Route path="/p/:project/images">
        {({ project }: Params) => (
          <InProject project={project}>
            <ImagesPage key={project} project={project} />
          </InProject>
        )}
      </Route>
      <Route path="/clusters" component={PlacesPage} />
      <Route path="/apikeys" component={KeysPage} />
      <Route path="/login" component={Home} />
      <Route>
        <Empty title={texts.nav.nowhere}>
          <p>{texts.nav.nowhereHint}</p>
        </Empty>
      </Route>
    </Switch>
  )
}

/** A project the user cannot see would otherwise look like one without workloads. */
function InProject({ project, children }: { project: string; children: ComponentChildren }) {
  const { workloads } = useTexts()
  const { data: projects } = useProjects()
  if (projects === undefined || projects.some(({ id }) => id === decodeURIComponent(project))) return <>{children}</>
  return (
    <Empty title={workloads.missingProject}>
      <p>{workloads.missingProjectHint}</p>
    </Empty>
  )
}
