import { useQuery } from '@tanstack/react-query'
import { useRef } from 'preact/hooks'
import { readRows } from './read-rows.ts'

/**
 * Minimum poll interval in ms. It grows with the duration of a poll, so that large lists cost no more than small ones.
 */
const minInterval = 2000
const share = 6

/** The workloads of a project, kept up to date while the page is visible. */
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
    refetchInterval: () => Math.max(minInterval, took.current * share),
    structuralSharing: false,
  })
  return { ...query, rows }
}
