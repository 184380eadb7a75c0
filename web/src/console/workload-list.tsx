import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Link, useLocation } from 'wouter'
import { useTexts } from '../language/language.tsx'
import { Age } from '../parts/age.tsx'
import { Icon } from '../parts/icon.tsx'
import { ImageName } from '../parts/image-name.tsx'
import { StateMark } from '../parts/state-mark.tsx'
import type { SortColumn, WorkloadRow } from './workload-row.ts'

interface Sort {
  column: SortColumn
  descending: boolean
}

interface WorkloadListProps {
  rows: readonly WorkloadRow[]
  project: string
  sort: Sort
  onSort: (sort: Sort) => void
  /** Offers no changes. */
  readOnly: boolean
}

/** Row heights in px, as in the style sheet. */
const wide = 44
const narrow = 68

/** A virtualised table: ten thousand rows scroll like ten. */
export function WorkloadList({ rows, project, sort, onSort, readOnly }: WorkloadListProps) {
  const texts = useTexts()
  const scroller = useRef<HTMLDivElement>(null)
  const isNarrow = useNarrow()
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (isNarrow ? narrow : wide),
    overscan: 8,
    getItemKey: (index) => rows[index]?.id ?? index,
  })
  useEffect(() => virtual.measure(), [isNarrow, virtual])
  const focus = (index: number) => {
    if (index < 0 || index >= rows.length) return
    virtual.scrollToIndex(index)
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"] a`)?.focus())
  }
  return (
    <div role="table" aria-rowcount={rows.length + 1} aria-label={texts.workloads.title}>
      <div role="rowgroup">
        <ListHead sort={sort} onSort={onSort} />
      </div>
      <div
        class="list-scroll"
        role="rowgroup"
        ref={scroller}
        tabIndex={-1}
        style={{ height: `${Math.max(1, virtual.getTotalSize())}px` }}
        onKeyDown={(event) => {
          const row = (event.target as HTMLElement).closest<HTMLElement>('[data-index]')
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
          if (!row || step === undefined) return
          event.preventDefault()
          focus(Number(row.dataset['index']) + step)
        }}
      >
        <div class="list-space" role="presentation" style={{ height: `${virtual.getTotalSize()}px` }}>
          {virtual.getVirtualItems().map(({ index, key, start }) => {
            const row = rows[index]
            return row && <Row key={key} row={row} index={index} top={start} project={project} readOnly={readOnly} />
          })}
        </div>
      </div>
    </div>
  )
}

const columns: [SortColumn | 'images' | 'pods', string][] = [
  ['state', 'list-state'],
  ['name', 'list-name'],
  ['namespace', 'list-namespace'],
  ['kind', 'list-kind'],
  ['images', 'list-images'],
  ['pods', 'list-pods'],
  ['age', 'list-age'],
]

function ListHead({ sort, onSort }: { sort: Sort; onSort: (sort: Sort) => void }) {
  const texts = useTexts()
  return (
    <div class="list-head" role="row" aria-rowindex={1}>
      {columns.map(([column, name]) => {
        const active = sort.column === column
        const label = texts.workloads.columns[column]
        const order = sort.descending ? 'descending' : 'ascending'
        return (
          <span key={column} class={name} role="columnheader" aria-sort={active ? order : undefined}>
            {column === 'images' || column === 'pods' ? (
              label
            ) : (
              <button type="button" onClick={() => onSort({ column, descending: active && !sort.descending })}>
                {label}
                {active && <Icon name={sort.descending ? 'down' : 'up'} />}
              </button>
            )}
          </span>
        )
      })}
      <span role="columnheader" class="list-end">
        <span class="visually-hidden">{texts.workloads.changeImage}</span>
      </span>
    </div>
  )
}

interface RowProps {
  row: WorkloadRow
  index: number
  top: number
  project: string
  readOnly: boolean
}

function Row({ row, index, top, project, readOnly }: RowProps) {
  const texts = useTexts()
  const [, navigate] = useLocation()
  const images = row.containers.map(({ image }) => image)
  const [first = '', ...others] = images
  const page = `/p/${project}/workload/${row.id}`
  return (
    <div
      class="list-row"
      role="row"
      aria-rowindex={index + 2}
      data-index={index}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="cell" class="list-state">
        <StateMark state={row.state} title={row.message} />
      </span>
      <span role="cell" class="list-name">
        <Link href={page}>{row.name}</Link>
      </span>
      <span role="cell" class="list-namespace">
        {row.namespace}
      </span>
      <span role="cell" class="list-kind">
        <span class="chip">{row.kind}</span>
      </span>
      <span role="cell" class="list-images" title={images.join('\n')}>
        <ImageName image={first} />
        {others.length > 0 && <span class="chip">{texts.common.more(others.length)}</span>}
      </span>
      <span role="cell" class="list-pods number">
        {row.pods ? `${row.pods.ready}/${row.pods.wanted}` : ''}
      </span>
      <span role="cell" class="list-age">
        <Age of={row.created} />
      </span>
      <span role="cell" class="list-end">
        {!readOnly && (
          <button
            type="button"
            class="button button-small"
            aria-label={`${texts.workloads.changeImage}: ${row.name}`}
            onClick={() => navigate(`${page}?change`)}
          >
            <Icon name="tag" />
            <span>{texts.workloads.changeImage}</span>
          </button>
        )}
      </span>
    </div>
  )
}

function useNarrow(): boolean {
  const query = '(max-width: 720px)'
  const [matches, setMatches] = useState(() => matchMedia(query).matches)
  useEffect(() => {
    const media = matchMedia(query)
    const change = () => setMatches(media.matches)
    media.addEventListener('change', change)
    return () => media.removeEventListener('change', change)
  }, [])
  return matches
}
