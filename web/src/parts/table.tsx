import type { ComponentChildren, VNode } from 'preact'

export interface Column<T> {
  readonly title: string
  readonly cell: (row: T) => ComponentChildren
  /** Right-aligned figures. */
  readonly figures?: boolean
  /** Left out in small windows. */
  readonly spare?: boolean
  /** Text that may take several lines. */
  readonly wrap?: boolean
}

/** A table of data; the first column names the row. */
export function Table<T>({
  label,
  columns,
  rows,
  keyOf,
}: {
  readonly label: string
  readonly columns: readonly Column<T>[]
  readonly rows: readonly T[]
  readonly keyOf: (row: T) => string
}): VNode {
  const classOf = ({ figures = false, spare = false, wrap = false }: Column<T>): string | undefined =>
    [figures ? 'n' : '', spare ? 'lo' : '', wrap ? 'wrap' : ''].filter(word => word !== '').join(' ') || undefined
  return (
    // Wider than its place in a small window: then it is scrolled, by keys too.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div class="scroll" tabIndex={0} role="region" aria-label={label}>
      <table class="t">
        <thead>
          <tr>
            {columns.map(column => (
              <th key={column.title} scope="col" class={classOf({ ...column, wrap: false })}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr key={keyOf(row)}>
              {columns.map((column, i) =>
                i === 0 ? (
                  <th key={column.title} scope="row" class={classOf(column)}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.title} class={classOf(column)}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
