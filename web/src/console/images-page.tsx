import { useMemo, useState } from 'preact/hooks'
import { useTexts } from '../language/language.tsx'
import { Empty, Failure, Loading } from '../parts/notice.tsx'
import { ManyWorkloads } from './many-workloads.tsx'
import { repositoriesOf, workloadsOf } from './repositories.ts'
import { useWorkloads } from './use-workloads.ts'

/** Images by repository, to change all workloads of one at once. */
export default function ImagesPage({ project }: { project: string }) {
  const texts = useTexts()
  const { data, error, refetch } = useWorkloads(project)
  const [chosen, setChosen] = useState<string>()
  const [text, setText] = useState('')
  const repositories = useMemo(() => (data ? repositoriesOf(data) : []), [data])
  const repository = repositories.find(({ name }) => name === chosen)
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  if (repository) return <ManyWorkloads project={project} repository={repository} onBack={() => setChosen(undefined)} />
  const shown = repositories.filter(({ name }) => name.includes(text.trim().toLowerCase()))
  return (
    <div class="page page-narrow stack">
      <h1>{texts.many.title}</h1>
      <p>{texts.many.intro}</p>
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
          <div class="table-scroll">
            <table class="table">
              <thead>
                <tr>
                  <th scope="col">{texts.many.repository}</th>
                  <th scope="col">{texts.many.tags}</th>
                  <th scope="col">{texts.many.used}</th>
                </tr>
              </thead>
              <tbody>
                {shown.map((one) => (
                  <tr key={one.name}>
                    <td>
                      <button type="button" class="link mono" onClick={() => setChosen(one.name)}>
                        {one.name}
                      </button>
                    </td>
                    <td>
                      <span class="row">
                        {one.tags.map((tag) => (
                          <span key={tag} class="chip mono">
                            {tag}
                          </span>
                        ))}
                      </span>
                    </td>
                    <td class="tight">{texts.many.workloads(workloadsOf(one).length)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
    </div>
  )
}
