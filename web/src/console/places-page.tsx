import { Link } from 'wouter'
import { useTexts } from '../language/language.tsx'
import { DataTable, type Column } from '../parts/data-table.tsx'
import { Failure, Loading } from '../parts/notice.tsx'
import { StateMark } from '../parts/state-mark.tsx'
import { projectsPath, useClusters, useNamespaces, useProjects, type Cluster, type Project } from './places.ts'

/** Clusters with their projects and namespaces. */
export default function PlacesPage() {
  const texts = useTexts()
  const clusters = useClusters()
  const projects = useProjects()
  const error = clusters.error ?? projects.error
  if (error) return <Failure error={error} onRetry={() => void clusters.refetch()} />
  if (!clusters.data || !projects.data) return <Loading />
  return (
    <div class="page page-narrow stack">
      <h1>{texts.places.title}</h1>
      {clusters.data.map((cluster) => (
        <ClusterPanel
          key={cluster.id}
          cluster={cluster}
          projects={projects.data.filter(({ clusterId }) => clusterId === cluster.id)}
        />
      ))}
    </div>
  )
}

function ClusterPanel({ cluster, projects }: { cluster: Cluster; projects: readonly Project[] }) {
  const texts = useTexts()
  const { data: namespaces = [] } = useNamespaces(cluster.id)
  const columns: Column<Project>[] = [
    { label: texts.places.project, cell: ({ id, name }) => <Link href={projectsPath(id)}>{name}</Link> },
    { label: 'ID', class: 'mono', cell: ({ id }) => id },
    {
      label: texts.places.namespaces,
      cell: ({ id }) => (
        <span class="row">
          {namespaces
            .filter(({ projectId }) => projectId === id)
            .map(({ id: namespace }) => (
              <span key={namespace} class="chip">
                {namespace}
              </span>
            ))}
        </span>
      ),
    },
  ]
  return (
    <section class="panel" aria-label={cluster.name}>
      <div class="panel-head">
        <div class="row">
          <h2>{cluster.name || cluster.id}</h2>
          <StateMark state={cluster.state} />
        </div>
        <span class="hint">
          {texts.places.version} {cluster.version?.gitVersion}
        </span>
      </div>
      <DataTable columns={columns} items={projects} keyOf={({ id }) => id} />
    </section>
  )
}
