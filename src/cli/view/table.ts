/** Aligned columns with headings in capitals. */
export function tableLines<Column extends string>(
  rows: readonly Readonly<Record<Column, string | number | boolean>>[],
  columns: readonly Column[],
): string[] {
  const cells = [
    columns.map((column) => column.toUpperCase()),
    ...rows.map((row) => columns.map((column) => String(row[column]))),
  ]
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0)))
  return cells.map((line) =>
    line
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('   ')
      .trimEnd(),
  )
}
