import { useQuery } from '@tanstack/react-query'
import { request } from '../server/v3.ts'

/** Whether the user may only view a project, as the server's responses say. */
export function useReadOnly(project: string): boolean {
  const { data = false } = useQuery({
    queryKey: ['read-only', project],
    queryFn: async ({ signal }) => {
      const { headers } = await request('GET', `/v3/project/${project}/workloads?limit=1`, { signal })
      return headers.get('x-drover-rights') === 'read'
    },
    staleTime: 60_000,
  })
  return data
}
