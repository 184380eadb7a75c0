import { Redirect } from 'wouter'
import { useTexts } from '../language/language.tsx'
import { Empty, Failure, Loading } from '../parts/notice.tsx'
import { projectsPath, useProjects, defaultProject } from './places.ts'

/** Redirects to the workloads of the last project. */
export function Home() {
  const texts = useTexts()
  const { data, error, refetch } = useProjects()
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  const project = defaultProject(data)
  return project ? <Redirect to={projectsPath(project.id)} replace /> : <Empty title={texts.workloads.noProject} />
}
