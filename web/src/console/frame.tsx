import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Link, useLocation } from 'wouter'
import { useLanguage, type Language } from '../language/language.tsx'
import { Icon } from '../parts/icon.tsx'
import { ChangePasswordDialog } from '../session/change-password.tsx'
import { signOut } from '../session/session.ts'
import { useSession } from '../session/use-session.ts'
import { chooseTheme, chosenTheme, type Theme } from '../theme.ts'
import { projectOfPath, projectsPath, rememberProject, useProjects, defaultProject } from './places.ts'

/** The layout around every page: location, navigation, user. */
export function Frame({ children }: { children: ComponentChildren }) {
  const { texts } = useLanguage()
  const [path, navigate] = useLocation()
  const { data: projects = [] } = useProjects()
  const project = projectOfPath(path) ?? defaultProject(projects)?.id
  useEffect(() => {
    const named = projectOfPath(path)
    if (named !== undefined) rememberProject(named)
  }, [path])
  const links: [name: keyof typeof texts.nav.short, to: string, active: boolean][] = [
    ['workloads', project ? projectsPath(project) : '/', /^\/p\/[^/]+\/workload/.test(path) || path === '/'],
    ['images', project ? `/p/${project}/images` : '/', /^\/p\/[^/]+\/images/.test(path)],
    ['places', '/clusters', path === '/clusters'],
    ['keys', '/apikeys', path === '/apikeys'],
    ['api', '/v3', /^\/(v3|meta)/.test(path)],
  ]
  const [here] = links.find(([, , active]) => active) ?? []
  useEffect(() => {
    const [, workload] = /\/workload\/[^/]*:([^/:]+)$/.exec(path) ?? []
    document.title = [workload, here && texts.nav[here], 'Drover'].filter(Boolean).join(' · ')
  }, [path, here, texts])
  return (
    <>
      <a class="button skip" href="#content">
        {texts.skip}
      </a>
      <header class="bar">
        <Link href="/" class="brand">
          <img src="/favicon.svg" alt="" />
          <span>Drover</span>
        </Link>
        <nav aria-label={texts.nav.main}>
          {links.map(([name, to, active]) => (
            <Link key={name} href={to} aria-current={active ? 'page' : undefined}>
              <span class="nav-full">{texts.nav[name]}</span>
              <span class="nav-short">{texts.nav.short[name]}</span>
            </Link>
          ))}
        </nav>
        <div class="bar-end">
          {projects.length > 1 && project !== undefined && (
            <select
              class="select bar-project"
              aria-label={texts.nav.project}
              value={project}
              onChange={(event) => navigate(projectsPath(event.currentTarget.value))}
            >
              {projects.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          )}
          <AccountMenu />
        </div>
      </header>
      <main id="content">{children}</main>
    </>
  )
}

function AccountMenu() {
  const { texts, language, choose } = useLanguage()
  const session = useSession()
  const [changing, setChanging] = useState(false)
  const [theme, setTheme] = useState(chosenTheme)
  const menu = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    const leave = (event: Event) => {
      const outside = !menu.current?.contains(event.target as Node)
      if (menu.current && (outside || (event as KeyboardEvent).key === 'Escape')) menu.current.open = false
    }
    document.addEventListener('click', leave)
    document.addEventListener('keydown', leave)
    return () => {
      document.removeEventListener('click', leave)
      document.removeEventListener('keydown', leave)
    }
  }, [])
  return (
    <>
      <details class="menu" ref={menu}>
        <summary
          class="button-quiet"
          aria-label={`${texts.nav.account}: ${'user' in session ? session.user.username : ''}`}
        >
          <Icon name="user" />
          <span>{'user' in session ? session.user.username : ''}</span>
          <Icon name="down" />
        </summary>
        <div class="menu-sheet">
          <label class="menu-row">
            {texts.nav.language}
            <select class="select" value={language} onChange={(event) => choose(event.currentTarget.value as Language)}>
              <option value="en">English</option>
              <option value="zh">中文</option>
            </select>
          </label>
          <label class="menu-row">
            {texts.nav.theme}
            <select
              class="select"
              value={theme}
              onChange={(event) => {
                const chosen = event.currentTarget.value as Theme
                chooseTheme(chosen)
                setTheme(chosen)
              }}
            >
              {(['system', 'light', 'dark'] as const).map((name) => (
                <option key={name} value={name}>
                  {texts.nav.themes[name]}
                </option>
              ))}
            </select>
          </label>
          <button type="button" class="button" onClick={() => setChanging(true)}>
            {texts.nav.changePassword}
          </button>
          <button type="button" class="button" onClick={() => void signOut()}>
            {texts.nav.signOut}
          </button>
        </div>
      </details>
      {changing && <ChangePasswordDialog onClose={() => setChanging(false)} />}
    </>
  )
}
