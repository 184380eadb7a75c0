import { useQuery } from '@tanstack/react-query'
import { useRef } from 'preact/hooks'
import { readRows } from './read-rows.ts'

/** The pause between two looks, in ms; longer where a look takes long, so that large lists cost no more than small ones. */
const quickest = 2000
const share = 6

/** The workloads of a project, kept up to date while the page is seen. */
export function useWorkloads(project: string) {
  const took = useRef(0)
  const { data: rows, ...query } = useQuery({
    queryKey: ['workloads', project],
    queryFn: async ({ signal }) => {
      const began = performance.now()
      const found = await readRows(project, signal)
      took.current = performance.now() - began
      return found
    },
    refetchInterval: () => Math.max(quickest, took.current * share),
    structuralSharing: false,
  })
  return { ...query, rows }
}
