import { useQuery } from '@tanstack/react-query'
import { useTexts } from '../language/language.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { Failure, Loading } from '../parts/notice.tsx'
import { request, V3Failure } from '../server/v3.ts'

/** The object as Kubernetes has it. */
export function YamlTab({ project, id }: { project: string; id: string }) {
  const texts = useTexts()
  const { data, error, refetch } = useQuery({
    queryKey: ['yaml', project, id],
    queryFn: async ({ signal }) => {
      const path = `/v3/project/${project}/workloads/${id}/yaml`
      const response = await request('GET', path, { signal, accept: 'application/yaml' })
      const text = await response.text()
      if (!response.ok) throw new V3Failure(response.status, { message: text })
      return text
    },
  })
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading />
  return (
    <>
      <div class="panel-head">
        <span class="hint">{id}</span>
        <CopyButton text={data} label={texts.common.copy} />
      </div>
      <pre class="log" tabIndex={0} aria-label={texts.workload.yaml}>
        {data}
      </pre>
    </>
  )
}
