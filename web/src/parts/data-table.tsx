import type { ComponentChildren } from 'preact'

export interface Column<Item> {
  /** Stands above the column; on a phone before each value. */
  label: string
  /** `hidden`: the label is for those who do not see the table. */
  heading?: 'shown' | 'hidden' | ComponentChildren
  /** No wider than its content. */
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

/** A table that becomes a list of cards on a phone: a column a line. */
export function DataTable<Item>({ columns, items, keyOf, caption }: DataTableProps<Item>) {
  return (
    <div class="table-scroll">
      <table class="table table-cards">
        {caption !== undefined && <caption class="visually-hidden">{caption}</caption>}
        <thead>
          <tr>
            {columns.map(({ label, heading = 'shown', tight }) => (
              <th key={label} scope="col" class={tight ? 'tight' : undefined}>
                {heading === 'shown' ? (
                  label
                ) : heading === 'hidden' ? (
                  <span class="visually-hidden">{label}</span>
                ) : (
                  heading
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={keyOf(item)}>
              {columns.map(({ label, heading = 'shown', tight = false, class: own = '', cell }) => (
                <td
                  key={label}
                  class={`${tight ? 'tight ' : ''}${own}`}
                  data-label={heading === 'shown' ? label : undefined}
                >
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
