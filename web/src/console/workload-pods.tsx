import type { Judgement, PodView, RolloutSnapshot } from '../../../src/model/judge/snapshot.ts'
import { useTexts } from '../language/language.tsx'
import { Age } from '../parts/age.tsx'
import { Empty } from '../parts/notice.tsx'
import { StateMark } from '../parts/state-mark.tsx'

/** Every pod, and what it waits for. */
export function PodsTab({
  seen: { snapshot, judgement },
}: {
  seen: { snapshot: RolloutSnapshot; judgement: Judgement }
}) {
  const texts = useTexts()
  const { pods } = judgement.progress
  if (pods.length === 0) return <Empty title={texts.workload.noPods} />
  const bornAt = new Map(snapshot.pods.map(({ metadata }) => [metadata.name, metadata.creationTimestamp]))
  return (
    <div class="table-scroll">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{texts.workload.status}</th>
            <th scope="col">{texts.workload.pod}</th>
            <th scope="col">{texts.workload.template}</th>
            <th scope="col">{texts.workload.restarts}</th>
            <th scope="col">{texts.workload.node}</th>
            <th scope="col">{texts.workload.age}</th>
          </tr>
        </thead>
        <tbody>
          {pods.map((pod) => (
            <PodRow key={pod.name} pod={pod} born={bornAt.get(pod.name)} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function PodRow({ pod, born }: { pod: PodView; born: string | null | undefined }) {
  const texts = useTexts()
  return (
    <tr>
      <td>
        {pod.ready ? (
          <StateMark state="running" label={texts.workload.ready} />
        ) : (
          <StateMark state="pending" label={texts.workload.waitsFor(pod.waitsFor ?? '…')} />
        )}
      </td>
      <td class="mono">{pod.name}</td>
      <td>
        <span class={pod.new ? 'chip chip-accent' : 'chip'}>
          {pod.new ? texts.workload.newTemplate : texts.workload.oldTemplate}
        </span>
      </td>
      <td class="number">{pod.restarts}</td>
      <td>{pod.node}</td>
      <td>
        <Age of={born} />
      </td>
    </tr>
  )
}
