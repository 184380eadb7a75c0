import { request, V3Failure } from '../server/v3.ts'
import type { PageRead, PageToRead } from './rows-worker.ts'
import type { WorkloadRow } from './workload-row.ts'

/** Ten thousand workloads are 20 MB of JSON; a worker parses them, so that scrolling stays smooth. */
let worker: Worker | undefined
/** Sequential: the worker answers in order. */
let turn: Promise<unknown> = Promise.resolve()

type Page = Exclude<PageRead, undefined>

const pages = new Map<string, Page>()
let latest: { key: string; rows: WorkloadRow[] } | undefined

/** The rows of a project's workloads. Returns the same array if nothing changed. */
export async function readRows(project: string, signal: AbortSignal): Promise<WorkloadRow[]> {
  const found: Page[] = []
  let isNew = latest?.key !== project
  let next: string | undefined = `/v3/project/${project}/workloads?limit=10000`
  while (next !== undefined) {
    const response = await request('GET', next, { signal })
    if (!response.ok) throw new V3Failure(response.status, await response.json().catch(() => undefined))
    const read: PageRead = await ask({ address: next, body: await response.arrayBuffer() })
    const page: Page = read ?? pages.get(next) ?? { rows: [], next: undefined }
    isNew ||= read !== undefined
    pages.set(next, page)
    found.push(page)
    next = page.next
  }
  if (isNew || !latest) latest = { key: project, rows: found.flatMap(({ rows }) => rows) }
  return latest.rows
}

function ask(page: PageToRead): Promise<PageRead> {
  const answer = turn.then(() => exchange(page))
  turn = answer.catch(() => undefined)
  return answer
}

function exchange(page: PageToRead): Promise<PageRead> {
  worker ??= new Worker(new URL('./rows-worker.ts', import.meta.url), { type: 'module' })
  const reader = worker
  const answered = new AbortController()
  const answer = new Promise<PageRead>((resolve, reject) => {
    const { signal } = answered
    reader.addEventListener('message', ({ data }: MessageEvent<PageRead>) => resolve(data), { signal })
    reader.addEventListener('error', ({ message }) => reject(new Error(message)), { signal })
  })
  reader.postMessage(page, [page.body])
  return answer.finally(() => answered.abort())
}
