import { DroverError } from '../../model/errors.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { DescribedRequest } from '../../model/requests/described-request.ts'
import { editPatch } from './edit-patch.ts'
import type { ImageChange, WorkloadName } from '../verdict.ts'
import { workloadPath } from './workload-paths.ts'

/**
 * The single request that makes these changes: a JSON Patch that tests names and old images. `root` is the URL of a
 * Kubernetes API.
 */
export function describeChange(
  root: string,
  workload: WorkloadName,
  seen: KubeObject,
  images: readonly ImageChange[],
): DescribedRequest {
  const body = editPatch(workload.kind, seen, { do: 'set-images', images })
  if (!body) throw new DroverError('CONFLICT', 'the workload changed in the meantime')
  const headers = { 'Content-Type': 'application/json-patch+json' }
  return { method: 'PATCH', url: `${root}${workloadPath(workload)}`, headers, body }
}
