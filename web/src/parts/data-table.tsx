import type { ComponentChildren, VNode } from 'preact'

export interface Column<Item> {
  /** Column header; on a phone it precedes each value. */
  label: string
  /** Replaces the label above the column; not shown on a phone. */
  heading?: VNode
  /** As narrow as its content. */
  tight?: boolean
  class?: string
  cell: (item: Item) => ComponentChildren
}

interface DataTableProps<Item> {
  columns: readonly Column<Item>[]
  items: readonly Item[]
  keyOf: (item: Item) => string
  caption?: string
}

/** A table that becomes a list of cards on a phone. */
export function DataTable<Item>({ columns, items, keyOf, caption }: DataTableProps<Item>) {
  return (
    <div class="table-scroll">
      <table class="table table-cards">
        {caption !== undefined && <caption class="visually-hidden">{caption}</caption>}
        <thead>
          <tr>
            {columns.map(({ label, heading, tight }) => (
              <th key={label} scope="col" class={tight ? 'tight' : undefined}>
                {heading ?? label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={keyOf(item)}>
              {columns.map(({ label, heading, tight = false, class: own = '', cell }) => (
                <td key={label} class={`${tight ? 'tight ' : ''}${own}`} data-label={heading ? undefined : label}>
                  {cell(item)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** For a column whose cells are self-explanatory. */
export function HiddenHeading({ label }: { label: string }) {
  return <span class="visually-hidden">{label}</span>
}
