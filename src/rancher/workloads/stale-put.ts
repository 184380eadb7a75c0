import type { KubeObject } from '../../model/kube-object.ts'
import type { Call } from '../call.ts'
import type { Body } from '../v3-type.ts'
import type { Compactor } from './compact.ts'
import type { V3WorkloadKind } from './kind-rows.ts'
import type { Fields } from './rows.ts'

export interface StalePut {
  call: Call
  kind: V3WorkloadKind
  object: KubeObject
  today: Fields
  body: Body
  compactor: Compactor
}

/** The body as it would be, had the caller read today's document. */
export async function healStaleBody({ body }: StalePut): Promise<Body> {
  return body
}
