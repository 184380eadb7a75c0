import type { KubeClient } from '../../../kube/index.ts'
import { DroverError, type ErrorCode } from '../../../model/errors.ts'
import type { HttpResponse } from '../../../model/http.ts'
import type { RolloutSnapshot } from '../../../model/judge/snapshot.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import { StatusError } from '../../../model/status.ts'
import { workloadKinds } from '../../../model/workload-kinds.ts'
import { editPatch } from '../edit-patch.ts'
import { raisingDroverErrors, toDroverError } from '../raise-drover-error.ts'
import type { CallSettings, ConditionalImage, Target, WorkloadEdit, WriteResult } from '../../target.ts'
import type { WorkloadName } from '../../verdict.ts'
import { applyEdit } from './apply-edit.ts'
import { movedFields, restored } from './moved-fields.ts'
import { evidenceBehind } from './evidence-behind.ts'
import { imageBody, podFromV3, revisionFromV3, type V3Pod, type V3Workload } from './v3-documents.ts'

export interface V3TargetOptions {
  /** Rooted at the server. */
  client: KubeClient
  cluster: string
  projectOf: (namespace: string, call: CallSettings) => Promise<string>
  /** The Kubernetes API behind the server, if it is open. Used only for events and logs, which v3 does not offer. */
  behind: KubeClient
}

/**
 * Workloads through Rancher's v3 API. The `yaml` link reads and writes the Kubernetes object under its version. Images
 * are written by a v3 PUT, which checks no version and may change other fields (Rancher 2.4.3); those are restored and
 * reported.
 */
export function v3Target({ client, cluster, projectOf, behind }: V3TargetOptions): Target {
  const pathOf = async (workload: WorkloadName, call: CallSettings = {}) => {
    const project = await projectOf(workload.namespace, call)
    const { v3Type } = workloadKinds[workload.kind]
    const id = `${v3Type.toLowerCase()}:${workload.namespace}:${workload.name}`
    return { project: `/v3/project/${project}`, self: `/v3/project/${project}/workloads/${id}`, id }
  }
  const read = async (workload: WorkloadName, call: CallSettings = {}) =>
    client.get((await pathOf(workload, call)).self + '/yaml', { signal: call.signal })

  const evidence = evidenceBehind(behind)

  return {
    door: 'rancher-v3',
    cluster,
    read: (workload, call) => raisingDroverErrors(read(workload, call)),
    async write(workload, seen, edit, { signal, dryRun = false } = {}): Promise<WriteResult> {
      // Rancher’s v3 API has no dry run; the plan already says what there is to say
      if (dryRun) return { written: true, workload: seen, warnings: [] }
      const { self } = await pathOf(workload, { signal })
      const place = { client, self, workload, signal }
      return edit.do === 'set-images' && Object.keys(edit.annotations ?? {}).length === 0
        ? raisingDroverErrors(writeImages(place, edit.images))
        : writeWhole(place, seen, edit)
    },
    async snapshot(workload, { events = false, ...call } = {}): Promise<RolloutSnapshot> {
      const { project, self, id } = await pathOf(workload, call)
      const linked = { signal: call.signal }
      // read first: pods newer than the status can only show more progress
      const object = await raisingDroverErrors(read(workload, call))
      const [revisions, pods] = await raisingDroverErrors(
        Promise.all([
          client.get<{ data: V3Workload[] }>(`${self}/revisions`, linked),
          client.get<{ data: V3Pod[] }>(`${project}/pods?workloadId=${encodeURIComponent(id)}`, linked),
        ]),
      )
      const found = {
        kind: workload.kind,
        workload: object,
        revisions: (revisions.data ?? []).map(revisionFromV3),
        pods: workload.kind === 'pod' ? [object] : (pods.data ?? []).map(podFromV3),
      }
      const told = events ? await evidence.events(workload.namespace, found, linked) : { events: [] }
      return { ...found, ...told }
    },
    log: (...asked) => evidence.log(...asked),
    async list(kind, { namespace, signal } = {}) {
      if (namespace === undefined) throw new DroverError('UNSUPPORTED', 'through v3, workloads are listed by namespace')
      const project = await projectOf(namespace, { signal })
      const { plural } = workloadKinds[kind]
      const path = `/v3/project/${project}/${plural}?namespaceId=${encodeURIComponent(namespace)}`
      const { data } = await raisingDroverErrors(client.get<{ data: V3Workload[] }>(path, { signal }))
      return data.map(revisionFromV3)
    },
  }
}

interface Place {
  client: KubeClient
  self: string
  workload: WorkloadName
  signal: AbortSignal | undefined
}

async function writeImages(
  { client, self, workload, signal }: Place,
  edits: readonly ConditionalImage[],
): Promise<WriteResult> {
  const call = { signal }
  const images = new Map(edits.map(({ container, to }) => [container, to]))
  const [document, before] = await Promise.all([client.get<V3Workload>(self, call), client.get(`${self}/yaml`, call)])
  const asExpected = edits.every(({ container, from }) =>
    document.containers.some(({ name, image }) => name === container && image === from),
  )
  if (!asExpected) return { written: false, workload: before }
  const headers = { 'content-type': 'application/json' }
  const response = await client.send('PUT', self, JSON.stringify(imageBody(document, images)), { ...call, headers })
  if (response.status === 409) return { written: false, workload: await client.get(`${self}/yaml`, call) }
  await refuseV3(response)
  const after = await client.get(`${self}/yaml`, call)
  const moved = movedFields(workload.kind, before, after, images)
  if (moved.length === 0) return { written: true, workload: after, warnings: [] }
  return repair({ client, self, workload, signal }, { before, after, images, moved })
}

const refusals: Readonly<Record<number, ErrorCode>> = { 401: 'UNAUTHENTICATED', 403: 'FORBIDDEN', 404: 'NOT_FOUND' }

async function refuseV3(response: HttpResponse): Promise<void> {
  const text = await response.text()
  if (response.ok) return
  const { message = text.slice(0, 120) } = parseError(text)
  throw new DroverError(refusals[response.status] ?? (response.status >= 500 ? 'SERVER' : 'INVALID'), message)
}

function parseError(text: string): { message?: string } {
  try {
    return JSON.parse(text) as { message?: string }
  } catch {
    return {}
  }
}

interface Moved {
  before: KubeObject
  after: KubeObject
  images: ReadonlyMap<string, string>
  moved: string[]
}

/** Maximum number of writes when the workload keeps changing during a repair. */
const maxAttempts = 6

/** Reverts the server's side effects, unless somebody else wrote at the same time: the changes may be theirs. */
async function repair(
  { client, self, workload, signal }: Place,
  { before, after, images, moved }: Moved,
): Promise<WriteResult> {
  const list = moved.join(', ')
  const writes = (after.metadata.generation ?? 0) - (before.metadata.generation ?? 0)
  if (writes > 1) {
    const warning = `somebody else wrote at the same time; besides the images these changed: ${list}`
    return { written: true, workload: after, warnings: [warning] }
  }
  const path = `${self}/yaml`
  const restoreOnce = (today: KubeObject) =>
    client.replace(path, restored(workload.kind, before, today, images), { signal })
  try {
    for (let today = after, attempt = 1; ; attempt++) {
      try {
        const repaired = await restoreOnce(today)
        return { written: true, workload: repaired, warnings: [`the server also changed ${list}; that was put back`] }
      } catch (error) {
        // mostly a controller's status update: retry while nothing else has changed
        if (!(error instanceof StatusError && error.code === 409) || attempt === maxAttempts) throw error
        today = await client.get(path, { signal })
        if (movedFields(workload.kind, before, today, images).join(', ') !== list) throw error
      }
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const warning = `the server also changed ${list}; that could not be put back: ${why}`
    return { written: true, workload: after, warnings: [warning] }
  }
}

/** Writes the whole object through the `yaml` link on condition that its version is unchanged. */
async function writeWhole(
  { client, self, workload, signal }: Place,
  seen: KubeObject,
  edit: WorkloadEdit,
): Promise<WriteResult> {
  const operations = editPatch(workload.kind, seen, edit)
  const today = () => raisingDroverErrors(client.get(`${self}/yaml`, { signal }))
  if (!operations) return { written: false, workload: await today() }
  try {
    const written = await client.replace(`${self}/yaml`, applyEdit(seen, operations), { signal })
    return { written: true, workload: written, warnings: [] }
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    if (error.code !== 409) throw toDroverError(error)
    return { written: false, workload: await today() }
  }
}
