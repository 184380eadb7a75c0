import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'preact/compat'
import { useState } from 'preact/hooks'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { WorkloadName } from '../../../src/rollout/index.ts'
import { useTexts } from '../language/language.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { Icon } from '../parts/icon.tsx'
import { Failure, Loading } from '../parts/notice.tsx'
import { request, V3Failure } from '../server/v3.ts'

const YamlEditor = lazy(() => import('./yaml-editor.tsx'))

interface YamlTabProps {
  project: string
  id: string
  name: WorkloadName
  runKey: string
  workload: KubeObject
  readOnly: boolean
}

/** The Kubernetes object, for reading and editing. */
export function YamlTab({ project, id, name, runKey, workload, readOnly }: YamlTabProps) {
  const texts = useTexts()
  const [edited, setEdited] = useState<KubeObject>()
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
  if (edited) {
    return (
      <Suspense fallback={<Loading />}>
        <YamlEditor
          project={project}
          name={name}
          runKey={runKey}
          object={edited}
          onClose={() => setEdited(undefined)}
        />
      </Suspense>
    )
  }
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading />
  return (
    <>
      <div class="panel-head">
        <span class="hint">{id}</span>
        <span class="row">
          {!readOnly && (
            <button type="button" class="button" onClick={() => setEdited(workload)}>
              <Icon name="edit" />
              {texts.api.edit}
            </button>
          )}
          <CopyButton text={data} label={texts.common.copy} />
        </span>
      </div>
      <pre class="log" tabIndex={0} aria-label={texts.workload.yaml}>
        {data}
      </pre>
    </>
  )
}
