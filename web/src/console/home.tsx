import { Redirect } from 'wouter'
import { useTexts } from '../language/language.tsx'
import { Empty, Failure, Loading } from '../parts/notice.tsx'
import { projectsPath, useProjects, usualProject } from './places.ts'

/** The workloads of the project that was used last. */
export function Home() {
  const texts = useTexts()
  const { data, error, refetch } = useProjects()
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  const project = usualProject(data)
  return project ? <Redirect to={projectsPath(project.id)} replace /> : <Empty title={texts.workloads.noProject} />
}
