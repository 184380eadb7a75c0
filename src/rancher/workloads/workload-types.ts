import { workloadKinds } from '../../model/workload-kinds.ts'
import type { Call } from '../request/call.ts'
import { rawObject } from '../answer/raw-object.ts'
import type { Resource, Result, V3Type } from '../schema/v3-type.ts'
import { type AskForTags, imageTags } from './image-tags.ts'
import type { V3WorkloadKind } from './mapping/kind-rows.ts'
import type { StalePut } from './stale/stale-put.ts'
import { offeredActions, type ParseId, workloadActions } from './workload-actions.ts'
import { v3WorkloadKinds, workloadPath } from './workload-path.ts'
import { findWorkload, parseIdOf, present, workloadStore } from './workload-store.ts'

export interface WorkloadOptions {
  /** Default `merge`. */
  stalePut?: StalePut | undefined
  /** Default: no lookups. */
  askForTags?: AskForTags | undefined
}

/** `/workloads` and the collections of its seven kinds, which show the same resources. */
export function workloadTypes(options: WorkloadOptions): readonly V3Type[] {
  return [
    workloadType('workload', v3WorkloadKinds, options),
    ...v3WorkloadKinds.map((kind) => workloadType(workloadKinds[kind].v3Type, [kind], options)),
  ]
}

function workloadType(
  id: string,
  kinds: readonly V3WorkloadKind[],
  { stalePut = 'merge', askForTags }: WorkloadOptions,
): V3Type {
  const parse: ParseId = (text) => parseIdOf(kinds, text)
  return {
    id,
    scope: 'project',
    baseType: 'workload',
    linkType: 'workload',
    hidden: ['nodeId'],
    store: workloadStore(kinds, stalePut),
    actions: workloadActions(parse),
    offeredActions: ({ type }) => offeredActions(type),
    links: {
      yaml: (call, text) => yamlLink(call, parse, text),
      revisions: (call, text) => revisionsLink(call, parse, text),
      tags: async (call, text) => imageTags(call, await findWorkload(call, parse(text)), askForTags),
    },
    extraLinks,
  }
}

function extraLinks({ id = '', type }: Resource, { urls, schemas, schema }: Call): Readonly<Record<string, string>> {
  const self = urls.resource(schemas.byId('workload') ?? schema, id)
  return { yaml: `${self}/yaml`, ...(type === 'deployment' && { revisions: `${self}/revisions` }) }
}

async function yamlLink(call: Call, parse: ParseId, text: string): Promise<Result> {
  const { id } = await findWorkload(call, parse(text))
  return rawObject(call, workloadPath(id.kind, id.namespace, id.name))
}

/** The ReplicaSets of a Deployment; empty for other kinds. */
async function revisionsLink(call: Call, parse: ParseId, text: string): Promise<Result> {
  const { id, object } = await findWorkload(call, parse(text))
  const schema = call.schemas.byId('replicaSet') ?? call.schema
  if (id.kind !== 'deployment') return { kind: 'collection', resources: [], schema }
  const { items } = await call.cluster.kube.list(workloadPath('replicaset', id.namespace))
  const resources = items
    .filter(({ metadata }) => (metadata.ownerReferences ?? []).some(({ uid }) => uid === object.metadata.uid))
    .map((one) => {
      const name = one.metadata.name ?? ''
      return present(call, { id: { kind: 'replicaset', namespace: id.namespace, name }, object: one })
    })
  return { kind: 'collection', resources, schema }
}
