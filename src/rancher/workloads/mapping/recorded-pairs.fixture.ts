import { readdirSync, readFileSync } from 'node:fs'
import type { KubeObject } from '../../../model/kube-object.ts'
import { workloadKinds } from '../../../model/workload-kinds.ts'
import { isFields } from './rows.ts'
import { type WorkloadId, v3WorkloadKinds } from '../workload-path.ts'

export interface Exchange {
  file: string
  id: WorkloadId
  method: string
  path: string
  at: string
  body: unknown
  status: number
  answer: unknown
  before: KubeObject | undefined
  after: KubeObject | undefined
}

interface Recorded {
  at?: string
  request?: { method?: string; path?: string; body?: unknown }
  response?: { status?: number; body?: unknown }
  kubernetes_before?: unknown
  kubernetes_after?: unknown
}

const folder = new URL('../../../../test/recordings/rancher-2.4.3/', import.meta.url)

/** Every recorded exchange about one workload, with its Kubernetes object before and after, if recorded. */
export function workloadExchanges(): Exchange[] {
  return readdirSync(folder).flatMap((file) => {
    const recorded = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Recorded
    const { method, path } = recorded.request ?? {}
    const found = /\/workloads\/([a-z]+):([^:/?]+):([^:/?]+)(?:\?.*)?$/.exec(path ?? '')
    const kind = v3WorkloadKinds.find((one) => one === found?.[1])
    if (!found || !kind || !method || !path) return []
    const id = { kind, namespace: found[2] ?? '', name: found[3] ?? '' }
    return [
      {
        file,
        id,
        method,
        path,
        at: recorded.at ?? '',
        body: parse(recorded.request?.body),
        status: recorded.response?.status ?? 0,
        answer: recorded.response?.body,
        before: objectOf(recorded.kubernetes_before, id),
        after: objectOf(recorded.kubernetes_after, id),
      },
    ]
  })
}

function parse(body: unknown): unknown {
  if (typeof body !== 'string') return body
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function objectOf(recorded: unknown, { kind, namespace, name }: WorkloadId): KubeObject | undefined {
  if (!isFields(recorded)) return undefined
  const object = 'kind' in recorded ? recorded : recorded[`${workloadKinds[kind].plural}/${namespace}/${name}`]
  return isFields(object) && isFields(object['metadata']) ? (object as unknown as KubeObject) : undefined
}
