import type { Judgement, PodView, RolloutSnapshot } from '../../../src/model/judge/snapshot.ts'
import { useTexts } from '../language/language.tsx'
import { waitWords } from '../language/rollout-words.ts'
import { Age } from '../parts/age.tsx'
import { DataTable, type Column } from '../parts/data-table.tsx'
import { Empty } from '../parts/notice.tsx'
import { StateMark } from '../parts/state-mark.tsx'

/** Every pod, and what it is waiting for. */
export function PodsTab({
  seen: { snapshot, judgement },
}: {
  seen: { snapshot: RolloutSnapshot; judgement: Judgement }
}) {
  const { workload: texts } = useTexts()
  const { pods } = judgement.progress
  if (pods.length === 0) return <Empty title={texts.noPods} />
  const bornAt = new Map(snapshot.pods.map(({ metadata }) => [metadata.name, metadata.creationTimestamp]))
  const columns: Column<PodView>[] = [
    { label: texts.status, cell: (pod) => <PodState pod={pod} /> },
    { label: texts.pod, class: 'mono', cell: ({ name }) => name },
    {
      label: texts.template,
      cell: (pod) => (
        <span class={pod.new ? 'chip chip-accent' : 'chip'}>{pod.new ? texts.newTemplate : texts.oldTemplate}</span>
      ),
    },
    { label: texts.restarts, class: 'number', cell: ({ restarts }) => restarts },
    { label: texts.node, cell: ({ node }) => node },
    { label: texts.age, tight: true, cell: ({ name }) => <Age of={bornAt.get(name)} /> },
  ]
  return <DataTable columns={columns} items={pods} keyOf={({ name }) => name} />
}

function PodState({ pod }: { pod: PodView }) {
  const texts = useTexts()
  return pod.ready ? (
    <StateMark state="running" label={texts.workload.ready} />
  ) : (
    <StateMark state="pending" label={texts.workload.waitsFor(waitWords(texts, pod.wait))} />
  )
}
