import { useMemo, useState } from 'preact/hooks'
import { useTexts } from '../language/language.tsx'
import { DataTable, type Column } from '../parts/data-table.tsx'
import { Empty, Failure, Loading } from '../parts/notice.tsx'
import { ManyWorkloads } from './many-workloads.tsx'
import { repositoriesOf, workloadsOf, type Repository } from './repositories.ts'
import { useReadOnly } from './use-rights.ts'
import { useWorkloads } from './use-workloads.ts'

/** Images by repository, to change all workloads of a repository at once. */
export default function ImagesPage({ project }: { project: string }) {
  const texts = useTexts()
  const { rows, error, refetch } = useWorkloads(project)
  const readOnly = useReadOnly(project)
  const [chosen, setChosen] = useState<string>()
  const [text, setText] = useState('')
  const repositories = useMemo(() => (rows ? repositoriesOf(rows) : []), [rows])
  const repository = repositories.find(({ name }) => name === chosen)
  if (error && !rows) return <Failure error={error} onRetry={() => void refetch()} />
  if (!rows) return <Loading />
  if (repository) return <ManyWorkloads project={project} repository={repository} onBack={() => setChosen(undefined)} />
  const shown = repositories.filter(({ name }) => name.includes(text.trim().toLowerCase()))
  const columns: Column<Repository>[] = [
    {
      label: texts.many.repository,
      cell: ({ name }) =>
        readOnly ? (
          <span class="mono">{name}</span>
        ) : (
          <button type="button" class="link mono" onClick={() => setChosen(name)}>
            {name}
          </button>
        ),
    },
    {
      label: texts.many.tags,
      cell: ({ tags }) => (
        <span class="row">
          {tags.map((tag) => (
            <span key={tag} class="chip mono">
              {tag}
            </span>
          ))}
        </span>
      ),
    },
    { label: texts.many.used, tight: true, cell: (one) => texts.many.workloads(workloadsOf(one).length) },
  ]
  return (
    <div class="page page-narrow stack">
      <h1>{texts.many.title}</h1>
      <p>{readOnly ? texts.workload.readOnlyWhy : texts.many.intro}</p>
      <input
        class="input"
        type="search"
        aria-label={texts.many.repository}
        placeholder={texts.many.repository}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <section class="panel">
        {shown.length === 0 ? (
          <Empty title={text === '' ? texts.many.empty : texts.workloads.noMatch} />
        ) : (
          <DataTable columns={columns} items={shown} keyOf={({ name }) => name} />
        )}
      </section>
    </div>
  )
}
