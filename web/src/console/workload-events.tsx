import { useQuery } from '@tanstack/react-query'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { RolloutSnapshot } from '../../../src/model/judge/snapshot.ts'
import type { WorkloadName } from '../../../src/rollout/index.ts'
import { useTexts } from '../language/language.tsx'
import { Age } from '../parts/age.tsx'
import { DataTable, type Column } from '../parts/data-table.tsx'
import { Empty, Loading } from '../parts/notice.tsx'
import { kubeOf } from '../server/target.ts'

interface KubeEvent extends KubeObject {
  type?: string
  reason?: string
  message?: string
  count?: number
  lastTimestamp?: string | null
  eventTime?: string | null
  involvedObject?: { kind?: string; name?: string; uid?: string }
}

interface EventsTabProps {
  project: string
  name: WorkloadName
  snapshot: RolloutSnapshot
}

/** Events about the workload, its revisions and its pods, newest first. */
export function EventsTab({ project, name, snapshot }: EventsTabProps) {
  const texts = useTexts()
  const about = new Set(
    [snapshot.workload, ...snapshot.revisions, ...snapshot.pods].map(({ metadata }) => metadata.uid),
  )
  const { data, isLoading } = useQuery({
    queryKey: ['events', project, name.namespace],
    queryFn: async ({ signal }) => {
      const path = `/api/v1/namespaces/${name.namespace}/events`
      return (await kubeOf(project).list<KubeEvent>(path, { query: { limit: 500 }, signal })).items
    },
    refetchInterval: 3000,
  })
  if (isLoading) return <Loading />
  // without access to the Kubernetes API, use the events of the snapshot
  const all = data ?? (snapshot.events as readonly KubeEvent[])
  const events = all.filter(({ involvedObject }) => about.has(involvedObject?.uid)).sort(newestFirst)
  const columns: Column<KubeEvent>[] = [
    { label: texts.workload.age, tight: true, cell: (event) => <Age of={timeOf(event)} /> },
    {
      label: texts.workload.object,
      class: 'mono',
      cell: ({ involvedObject }) => `${involvedObject?.kind}/${involvedObject?.name}`,
    },
    {
      label: texts.workload.reason,
      tight: true,
      cell: ({ type, reason }) => <span class={type === 'Warning' ? 'waits' : undefined}>{reason}</span>,
    },
    {
      label: texts.workload.message,
      cell: ({ message, count = 1 }) => (
        <>
          {message}
          {count > 1 && <span class="hint"> ×{count}</span>}
        </>
      ),
    },
  ]
  if (events.length === 0) return <Empty title={texts.workload.noEvents} />
  return <DataTable columns={columns} items={events} keyOf={({ metadata }) => metadata.uid ?? metadata.name ?? ''} />
}

function timeOf({ lastTimestamp, eventTime, metadata }: KubeEvent): string {
  return lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? ''
}

function newestFirst(one: KubeEvent, other: KubeEvent): number {
  return timeOf(other).localeCompare(timeOf(one))
}
