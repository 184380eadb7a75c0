import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useTexts } from '../language/language.tsx'
import { Icon } from '../parts/icon.tsx'
import { Empty, Failure, Loading, Stale } from '../parts/notice.tsx'
import { useReadOnly } from './use-rights.ts'
import { useWorkloads } from './use-workloads.ts'
import { WorkloadList } from './workload-list.tsx'
import { matching, sorted, type SortColumn } from './workload-row.ts'

export default function WorkloadsPage({ project }: { project: string }) {
  const texts = useTexts()
  const { rows, error, refetch, dataUpdatedAt } = useWorkloads(project)
  const readOnly = useReadOnly(project)
  const [text, setText] = useState('')
  const [namespace, setNamespace] = useState('')
  const [sort, setSort] = useState<{ column: SortColumn; descending: boolean }>({ column: 'name', descending: false })
  const search = useRef<HTMLInputElement>(null)
  useSearchKey(search)
  const namespaces = useMemo(() => [...new Set(rows?.map((row) => row.namespace))].sort(), [rows])
  const shown = useMemo(
    () => (rows ? sorted(matching(rows, text, namespace), sort.column, sort.descending) : []),
    [rows, text, namespace, sort],
  )
  if (error && !rows) return <Failure error={error} onRetry={() => void refetch()} />
  return (
    <div class="page">
      <div class="page-head">
        <h1>{texts.workloads.title}</h1>
        {rows && (
          <span class="hint" role="status">
            {texts.workloads.count(shown.length, rows.length)}
          </span>
        )}
      </div>
      <div class="finder">
        <div class="finder-text">
          <Icon name="search" />
          <input
            ref={search}
            class="input"
            type="search"
            aria-label={texts.workloads.search}
            placeholder={`${texts.workloads.search} (/)`}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </div>
        <select
          class="select"
          aria-label={texts.workloads.columns.namespace}
          value={namespace}
          onChange={(event) => setNamespace(event.currentTarget.value)}
        >
          <option value="">{texts.workloads.anyNamespace}</option>
          {namespaces.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </div>
      {error && <Stale since={dataUpdatedAt} />}
      <div class="panel list">
        {!rows ? (
          <Loading />
        ) : shown.length > 0 ? (
          <WorkloadList rows={shown} project={project} sort={sort} onSort={setSort} readOnly={readOnly} />
        ) : (
          <NothingShown text={text} onClear={() => setText('')} filtered={text !== '' || namespace !== ''} />
        )}
      </div>
    </div>
  )
}

function NothingShown({ text, filtered, onClear }: { text: string; filtered: boolean; onClear: () => void }) {
  const texts = useTexts()
  if (!filtered) {
    return (
      <Empty title={texts.workloads.empty}>
        <p>{texts.workloads.emptyHint}</p>
      </Empty>
    )
  }
  return (
    <Empty title={texts.workloads.noMatch}>
      <p>{texts.workloads.noMatchHint(text)}</p>
      <button type="button" class="button" onClick={onClear}>
        {texts.workloads.clear}
      </button>
    </Empty>
  )
}

/** `/` focuses the search, except while typing in another field. */
function useSearchKey(search: { current: HTMLInputElement | null }): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const inField = /^(INPUT|TEXTAREA|SELECT)$/.test((event.target as HTMLElement).tagName)
      if (event.key !== '/' || inField || event.ctrlKey || event.metaKey) return
      event.preventDefault()
      search.current?.select()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [search])
}
