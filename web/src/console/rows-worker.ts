import { rowOf, type V3Workload, type WorkloadRow } from './workload-row.ts'

/** A page of a list as received, and its address. */
export interface PageToRead {
  address: string
  body: ArrayBuffer
}

/** Undefined: unchanged since this address was last read. */
export type PageRead = { rows: WorkloadRow[]; next: string | undefined } | undefined

interface Collection {
  data: V3Workload[]
  pagination?: { next?: string }
}

const seen = new Map<string, Uint8Array>()

function read({ address, body }: PageToRead): PageRead {
  const bytes = new Uint8Array(body)
  const before = seen.get(address)
  if (before && isSame(before, bytes)) return undefined
  const { data, pagination } = JSON.parse(new TextDecoder().decode(bytes)) as Collection
  seen.set(address, bytes)
  return { rows: data.map(rowOf), next: pagination?.next }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index])
}

addEventListener('message', ({ data }: MessageEvent<PageToRead>) => postMessage(read(data)))
