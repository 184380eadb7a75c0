import { useQuery } from '@tanstack/react-query'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { RolloutSnapshot } from '../../../src/model/judge/snapshot.ts'
import type { WorkloadName } from '../../../src/rollout/index.ts'
import { useTexts } from '../language/language.tsx'
import { Age } from '../parts/age.tsx'
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
  // a key without the Kubernetes door still has what the snapshot brought
  const all = data ?? (snapshot.events as readonly KubeEvent[])
  const events = all.filter(({ involvedObject }) => about.has(involvedObject?.uid)).sort(newestFirst)
  if (events.length === 0) return <Empty title={texts.workload.noEvents} />
  return (
    <div class="table-scroll">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{texts.workload.age}</th>
            <th scope="col">{texts.workload.object}</th>
            <th scope="col">{texts.workload.reason}</th>
            <th scope="col">{texts.workload.message}</th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <tr key={event.metadata.uid ?? event.metadata.name}>
              <td class="tight">
                <Age of={timeOf(event)} />
              </td>
              <td class="mono">
                {event.involvedObject?.kind}/{event.involvedObject?.name}
              </td>
              <td class={event.type === 'Warning' ? 'tight waits' : 'tight'}>{event.reason}</td>
              <td>
                {event.message}
                {(event.count ?? 1) > 1 && <span class="hint"> ×{event.count}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function timeOf({ lastTimestamp, eventTime, metadata }: KubeEvent): string {
  return lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? ''
}

function newestFirst(one: KubeEvent, other: KubeEvent): number {
  return timeOf(other).localeCompare(timeOf(one))
}
