import { useQuery } from '@tanstack/react-query'
import { request } from '../server/v3.ts'

/** Whether one may only look at what is in a project: the server says so beside its answers. */
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
