import { useQuery } from '@tanstack/react-query'
import { useMemo, useRef } from 'preact/hooks'
import { listAll } from '../server/v3.ts'
import { rowOf, type V3Workload } from './workload-row.ts'

/** The pause between two looks, in ms; longer where a look takes long, so that large lists cost no more than small ones. */
const quickest = 2000
const share = 6

/** The workloads of a project, kept up to date while the page is seen. */
export function useWorkloads(project: string) {
  const took = useRef(0)
  const query = useQuery({
    queryKey: ['workloads', project],
    queryFn: async ({ signal }) => {
      const began = performance.now()
      const found = await listAll<V3Workload>(`/v3/project/${project}/workloads?limit=10000`, signal)
      took.current = performance.now() - began
      return found
    },
    refetchInterval: () => Math.max(quickest, took.current * share),
    structuralSharing: false,
  })
  const rows = useMemo(() => query.data?.map(rowOf), [query.data])
  return { ...query, rows }
}
