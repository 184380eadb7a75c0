import type { KubeClient } from '../../kube/index.ts'
import { jsonResponse } from '../../model/http.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { containersOf } from '../../model/pod-template.ts'
import type { WorkloadKind } from '../../model/workload-kinds.ts'
import { rightIn } from '../access/caller.ts'
import type { Call } from '../request/call.ts'
import { V3Error } from '../answer/failure.ts'
import type { Result } from '../schema/v3-type.ts'
import type { Found } from './workload-store.ts'

/** A container whose image's tags are requested. */
export interface TagsQuestion {
  image: string
  workload: { kind: WorkloadKind; namespace: string; object: KubeObject }
  /** Reads the workload's pull secrets. They are sent only to the registry. */
  kube: KubeClient
}

/** `complete`: there are no more. `unknown`: the registry could not be asked; the message says why. */
export type ImageTags =
  | { answer: 'listed'; tags: readonly string[]; complete: boolean; message: string }
  | { answer: 'absent' | 'unauthorised' | 'unknown'; message: string }

/** Looks up an image's tags. Bounded in time and size; never raises. */
export type AskForTags = (question: TagsQuestion) => Promise<ImageTags>

const notAsked: AskForTags = async () => ({ answer: 'unknown', message: 'this server asks no registries' })

/** Why a host is unreachable reveals the server's network: whoever can write images could probe any host. */
function withoutReason(answer: ImageTags): ImageTags {
  return answer.answer === 'unknown' ? { ...answer, message: 'only an administrator is told why' } : answer
}

/**
 * `<self>/tags?container=<name>`: the registry's tags for that container's repository. Only for images of the workload
 * and callers who may change it: they could start a pod with its pull secrets anyway.
 */
export async function imageTags(call: Call, found: Found, ask: AskForTags = notAsked): Promise<Result> {
  const { id, object } = found
  if (call.method !== 'GET') throw new V3Error('MethodNotAllow', `Method ${call.method} not supported`)
  if (rightIn(call.caller.reach, call.cluster.projectOf(id.namespace)) !== 'write')
    throw new V3Error('PermissionDenied', 'only who may change the workload may ask its registry')
  const name = call.query.get('container') ?? ''
  if (name === '') throw new V3Error('MissingRequired', 'name a container', { fieldName: 'container' })
  const container = containersOf(id.kind, object).find((one) => one.name === name)
  if (!container) throw new V3Error('NotFound', `the workload has no container ${name}`)
  const workload = { kind: id.kind, namespace: id.namespace, object }
  const asked = await ask({ image: container.image, workload, kube: call.cluster.kube })
  const answer = call.caller.reach.kind === 'everything' ? asked : withoutReason(asked)
  const headers = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' }
  return { kind: 'response', response: jsonResponse({ image: container.image, ...answer }, { headers }) }
}
