import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'preact/hooks'
import { judge } from '../../../src/model/judge/judge.ts'
import type { Judgement } from '../../../src/model/judge/snapshot.ts'
import { revisionsIn, type WorkloadName } from '../../../src/rollout/index.ts'
import { targetOf } from '../server/target.ts'

/** Poll interval in ms. */
const idleInterval = 2500
const activeInterval = 700

/** A workload with its revisions and pods, judged as by the command and kept up to date. */
export function useSnapshot(project: string, name: WorkloadName) {
  const query = useQuery({
    queryKey: ['snapshot', project, name.kind, name.namespace, name.name],
    queryFn: async ({ signal }) => (await targetOf(project)).snapshot(name, { signal, events: true }),
    refetchInterval: ({ state }) => {
      if (!state.data) return idleInterval
      return isMoving(judge(state.data)) ? activeInterval : idleInterval
    },
    structuralSharing: false,
  })
  const seen = useMemo(
    () => query.data && { snapshot: query.data, judgement: judge(query.data), revisions: revisionsIn(query.data) },
    [query.data],
  )
  return { ...query, seen }
}

function isMoving({ state }: Judgement): boolean {
  return state === 'progressing' || state === 'unobserved'
}
