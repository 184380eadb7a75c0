import type { Compactor } from './compact.ts'
import { type Fields, hasAt, isFields, putRow, type Row, sameJson, setAt, valueAt, writeRow } from './rows.ts'

export interface Sides {
  /** The current v3 document. */
  today: Fields
  /** The caller's document, validated by the schema. */
  body: Fields
  compactor: Compactor
  /** Whether omitted fields are removed rather than kept. */
  absentRemoves: boolean
  /** For a new object: sends the caller's values to Kubernetes unchanged, null and empty included. */
  asSent?: boolean | undefined
}

/** Whether the caller's value differs from the current one. */
export function isChanged(path: string, { today, body, compactor, absentRemoves, asSent }: Sides): boolean {
  if (asSent) return hasAt(body, path)
  if (!absentRemoves && !hasAt(body, path)) return false
  const [wanted, there] = [valueAt(body, path), valueAt(today, path)]
  if (sameJson(wanted, there)) return false
  return !sameJson(compactor.comparable(path, wanted) ?? null, compactor.comparable(path, there) ?? null)
}

/**
 * Writes every row in which the caller differs from the current state into `target` (the current Kubernetes object or a
 * part of it).
 */
export function mergeRows(rows: readonly Row[], sides: Sides, target: Fields): void {
  const structures = rows.filter(({ structure, kube }) => structure && hasAt(target, kube))
  for (const row of rows) if (isWritten(row, sides)) mergeRow(row, sides, target)
  // a structure stays even if all its fields are removed
  for (const { v3, kube } of structures) {
    if (!hasAt(target, kube) && isFields(valueAt(sides.body, v3))) setAt(target, kube, {})
  }
}

/** For an existing structure the rows of its fields suffice, unless it is removed. */
function isWritten({ v3, structure }: Row, sides: Sides): boolean {
  return structure && !sides.asSent ? valueAt(sides.body, v3) === null : isChanged(v3, sides)
}

function mergeRow(row: Row, sides: Sides, target: Fields): void {
  if (sides.asSent) return putRow(row, valueAt(sides.body, row.v3), target)
  const { body, compactor } = sides
  const wanted = compactor.written(row.v3, valueAt(body, row.v3))
  if (Array.isArray(wanted)) {
    const list = wanted.map(
      (item, index) => keptItem(row, sides, target, index) ?? writtenItem(row, item, target, index),
    )
    writeRow({ v3: row.v3, kube: row.kube, ...(row.conversion && { conversion: row.conversion }) }, list, target)
  } else writeRow(row, wanted, target)
}

/** The Kubernetes form of an item that currently reads as the caller sends it: it may hold what v3 cannot show. */
function keptItem({ v3, kube }: Row, { today, body, compactor }: Sides, target: Fields, index: number): unknown {
  const read = valueAt(today, v3)
  const kept = valueAt(target, kube)
  const sent = valueAt(body, v3)
  if (!Array.isArray(read) || !Array.isArray(kept) || !Array.isArray(sent)) return undefined
  const comparable = compactor.comparable(v3, [sent[index]])
  const at = read.findIndex((item) => sameJson(compactor.comparable(v3, [item]), comparable))
  return at < 0 ? undefined : kept[at]
}

function writtenItem({ item, kube }: Row, value: unknown, target: Fields, index: number): unknown {
  const today = valueAt(target, kube)
  return item ? item.write(value, Array.isArray(today) ? today[index] : undefined) : value
}
