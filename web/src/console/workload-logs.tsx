import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { RolloutSnapshot } from '../../../src/model/judge/snapshot.ts'
import { containersOf } from '../../../src/model/pod-template.ts'
import type { WorkloadName } from '../../../src/rollout/index.ts'
import { useTexts } from '../language/language.tsx'
import { Empty } from '../parts/notice.tsx'
import { targetOf } from '../server/target.ts'

interface LogsTabProps {
  project: string
  name: WorkloadName
  snapshot: RolloutSnapshot
}

const lines = 500

export function LogsTab({ project, name, snapshot }: LogsTabProps) {
  const texts = useTexts()
  const pods = snapshot.pods.map(({ metadata }) => metadata.name ?? '')
  const containers = containersOf(name.kind, snapshot.workload).map((container) => container.name)
  const [chosenPod, choosePod] = useState('')
  const [chosenContainer, chooseContainer] = useState('')
  const [previous, setPrevious] = useState(false)
  const [following, setFollowing] = useState(true)
  const box = useRef<HTMLPreElement>(null)
  const pod = pods.includes(chosenPod) ? chosenPod : (pods.at(-1) ?? '')
  const container = containers.includes(chosenContainer) ? chosenContainer : (containers[0] ?? '')
  const { data } = useQuery({
    queryKey: ['log', project, name.namespace, pod, container, previous],
    queryFn: async ({ signal }) =>
      (await targetOf(project)).log({ namespace: name.namespace, name: pod }, container, { lines, previous, signal }),
    refetchInterval: following ? 1500 : false,
    enabled: pod !== '',
  })
  useEffect(() => {
    if (following) box.current?.scrollTo({ top: box.current.scrollHeight })
  }, [data, following])
  if (pods.length === 0) return <Empty title={texts.workload.noPods} />
  return (
    <>
      <div class="panel-head">
        <div class="row">
          <Choice label={texts.workload.pod} options={pods} value={pod} onChoose={choosePod} />
          <Choice label={texts.workload.container} options={containers} value={container} onChoose={chooseContainer} />
        </div>
        <div class="row">
          <label class="check">
            <input type="checkbox" checked={previous} onChange={(event) => setPrevious(event.currentTarget.checked)} />
            {texts.workload.previousRun}
          </label>
          <label class="check">
            <input
              type="checkbox"
              checked={following}
              onChange={(event) => setFollowing(event.currentTarget.checked)}
            />
            {texts.workload.follow}
          </label>
        </div>
      </div>
      <pre class="log" ref={box} tabIndex={0} aria-label={texts.workload.logs}>
        {data && data.length > 0 ? data.join('\n') : texts.workload.noLogs}
      </pre>
    </>
  )
}

interface ChoiceProps {
  label: string
  options: readonly string[]
  value: string
  onChoose: (value: string) => void
}

function Choice({ label, options, value, onChoose }: ChoiceProps) {
  return (
    <select class="select" aria-label={label} value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
      {options.map((option) => (
        <option key={option}>{option}</option>
      ))}
    </select>
  )
}
