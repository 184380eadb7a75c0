import { useState } from 'preact/hooks'
import { Link, useLocation } from 'wouter'
import { useTexts } from '../language/language.tsx'
import { Icon } from '../parts/icon.tsx'
import type { Collection } from '../server/v3.ts'
import type { Schema } from './schemas.ts'

interface CollectionBarProps {
  collection: Collection
  schema: Schema | undefined
  /** Path and query. */
  address: string
}

/** Filters, sorting and paging, as schema and response offer them. */
export function CollectionBar({ collection, schema, address }: CollectionBarProps) {
  const texts = useTexts()
  const [, navigate] = useLocation()
  const url = new URL(address, location.origin)
  const go = (change: (query: URLSearchParams) => void) => {
    change(url.searchParams)
    url.searchParams.delete('marker')
    navigate(url.pathname + url.search)
  }
  const sortable = Object.keys(collection.sort?.links ?? {})
  const sort = url.searchParams.get('sort') ?? ''
  const descending = url.searchParams.get('order') === 'desc'
  return (
    <div class="collection-bar">
      <Filters collection={collection} schema={schema} url={url} go={go} />
      <div class="row">
        <label class="row">
          <span class="hint">{texts.api.sort}</span>
          <select
            class="select"
            value={sort}
            onChange={({ currentTarget }) =>
              go((query) =>
                currentTarget.value === '' ? query.delete('sort') : query.set('sort', currentTarget.value),
              )
            }
          >
            <option value="">id</option>
            {[...new Set([...sortable, ...(sort === '' ? [] : [sort])])].map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label class="row">
          <span class="hint">{texts.api.order}</span>
          <select
            class="select"
            value={descending ? 'desc' : 'asc'}
            onChange={({ currentTarget }) => go((query) => query.set('order', currentTarget.value))}
          >
            <option value="asc">{texts.api.ascending}</option>
            <option value="desc">{texts.api.descending}</option>
          </select>
        </label>
        <label class="row">
          <span class="hint">{texts.api.limit}</span>
          <select
            class="select"
            value={String(collection.pagination?.limit ?? 1000)}
            onChange={({ currentTarget }) => go((query) => query.set('limit', currentTarget.value))}
          >
            {[...new Set([10, 50, 100, 1000, collection.pagination?.limit ?? 1000])]
              .sort((one, other) => one - other)
              .map((limit) => (
                <option key={limit}>{limit}</option>
              ))}
          </select>
        </label>
        <Pages collection={collection} />
      </div>
    </div>
  )
}

interface FiltersProps {
  collection: Collection
  schema: Schema | undefined
  url: URL
  go: (change: (query: URLSearchParams) => void) => void
}

function Filters({ collection, schema, url, go }: FiltersProps) {
  const texts = useTexts()
  const names = Object.keys(schema?.collectionFilters ?? collection.filters ?? {})
  const [name, setName] = useState('')
  const [modifier, setModifier] = useState('eq')
  const [value, setValue] = useState('')
  const chosen = name || (names.includes('name') ? 'name' : (names[0] ?? ''))
  const modifiers = schema?.collectionFilters?.[chosen]?.modifiers ?? ['eq', 'ne', 'in', 'notin']
  const set = Object.entries(collection.filters ?? {}).flatMap(([field, conditions]) =>
    (conditions ?? []).map((condition) => ({ field, ...condition })),
  )
  if (names.length === 0) return null
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault()
        go((query) => query.append(modifier === 'eq' ? chosen : `${chosen}_${modifier}`, value))
        setValue('')
      }}
    >
      <select
        class="select"
        aria-label={texts.api.filters}
        value={chosen}
        onChange={(event) => setName(event.currentTarget.value)}
      >
        {names.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
      <select
        class="select"
        aria-label={texts.api.filters}
        value={modifier}
        onChange={(event) => setModifier(event.currentTarget.value)}
      >
        {modifiers.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
      <input
        class="input filter-value"
        aria-label={texts.api.value}
        value={value}
        onInput={(event) => setValue(event.currentTarget.value)}
      />
      <button type="submit" class="button" disabled={value === ''}>
        {texts.api.addFilter}
      </button>
      {set.map(({ field, modifier: how, value: what }) => (
        <span key={`${field}${how}${what}`} class="chip chip-accent">
          {field} {how} {what}
          <button
            type="button"
            class="button-quiet chip-close"
            aria-label={`${texts.api.removeItem}: ${field} ${how} ${what}`}
            onClick={() =>
              go((query) => {
                for (const key of [field, `${field}_${how}`]) {
                  const rest = url.searchParams.getAll(key).filter((one) => one !== what)
                  query.delete(key)
                  for (const one of rest) query.append(key, one)
                }
              })
            }
          >
            <Icon name="close" />
          </button>
        </span>
      ))}
    </form>
  )
}

function Pages({ collection: { pagination = {} } }: { collection: Collection }) {
  const texts = useTexts()
  const pages = ['first', 'previous', 'next', 'last'] as const
  return (
    <span class="row">
      {pagination.total !== undefined && <span class="hint">{texts.api.total(pagination.total)}</span>}
      {pages.map((page) => {
        const target = pagination[page]
        return (
          target !== undefined && (
            <Link key={page} class="button button-small" href={target.slice(new URL(target).origin.length)}>
              {texts.api[page]}
            </Link>
          )
        )
      })}
    </span>
  )
}
