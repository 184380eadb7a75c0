import { useQuery } from '@tanstack/react-query'
import { listAll, type Resource } from '../server/v3.ts'

export interface Project extends Resource {
  id: string
  name: string
  clusterId: string
}

export interface Cluster extends Resource {
  id: string
  name: string
  state: string
  version?: { gitVersion?: string } | null
}

export interface Namespace extends Resource {
  id: string
  name: string
  projectId: string | null
  state: string
}

export function useProjects() {
  return useQuery({
    queryKey: ['projects'],
    queryFn: ({ signal }) => listAll<Project>('/v3/projects', signal),
    staleTime: 60_000,
  })
}

export function useClusters() {
  return useQuery({
    queryKey: ['clusters'],
    queryFn: ({ signal }) => listAll<Cluster>('/v3/clusters', signal),
    staleTime: 60_000,
  })
}

export function useNamespaces(clusterId: string) {
  return useQuery({
    queryKey: ['namespaces', clusterId],
    queryFn: ({ signal }) => listAll<Namespace>(`/v3/cluster/${clusterId}/namespaces`, signal),
    staleTime: 30_000,
  })
}

export const projectsPath = (project: string) => `/p/${project}/workloads`

const lastProject = 'drover-project'

export function rememberProject(id: string): void {
  localStorage.setItem(lastProject, id)
}

/** The last used project, else the one named Default, else the first. */
export function defaultProject(projects: readonly Project[]): Project | undefined {
  const last = localStorage.getItem(lastProject)
  return projects.find(({ id }) => id === last) ?? projects.find(({ name }) => name === 'Default') ?? projects[0]
}

/** The project of the current page: from the path, else the usual one. */
export function projectOfPath(path: string): string | undefined {
  const found = /^\/p\/([^/]+)/.exec(path)?.[1] ?? /^\/v3\/projects?\/([^/]+)/.exec(path)?.[1]
  return found === undefined ? undefined : decodeURIComponent(found)
}
