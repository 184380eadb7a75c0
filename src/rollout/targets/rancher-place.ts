import { DroverError } from '../../model/errors.ts'
import type { KubeClient } from '../../kube/index.ts'
import type { CallSettings } from '../target.ts'

interface Named {
  id: string
  name?: string
  namespaceId?: string
  projectId?: string
}

/** Ids of Rancher's clusters: local, imported, provisioned (v1 and v2). */
const clusterId = /^(?:local|c-[a-z0-9]+(?:-[a-z0-9]+)*)$/

/**
 * Resolves a cluster by id or name; by default the only one the key can see. A given id costs no request. Raises
 * NOT_FOUND and AMBIGUOUS, listing the candidates.
 */
export async function findCluster(client: KubeClient, given: string | undefined, call: CallSettings): Promise<string> {
  if (given !== undefined && clusterId.test(given)) return given
  const clusters = await listV3(client, '/v3/clusters', call)
  const found = given === undefined ? clusters : clusters.filter(({ id, name }) => name === given || id === given)
  const [only] = found
  if (only && found.length === 1) return only.id
  const there = clusters.map(({ id, name }) => (name === undefined || name === id ? id : `${id} (${name})`)).join(', ')
  if (found.length > 1) throw new DroverError('AMBIGUOUS', `which cluster is meant? There are ${there}`)
  const missing = given === undefined ? 'the key sees no cluster' : `there is no cluster ${JSON.stringify(given)}`
  throw new DroverError('NOT_FOUND', there === '' ? missing : `${missing}; there are ${there}`)
}

/** The project of a namespace, by which v3 addresses workloads. Raises NOT_FOUND. */
export async function findProject(
  client: KubeClient,
  cluster: string,
  namespace: string,
  call: CallSettings,
): Promise<string> {
  const path = `/v3/clusters/${encodeURIComponent(cluster)}/namespaces/${encodeURIComponent(namespace)}`
  const { projectId } = await client.get<Named>(path, call)
  if (projectId) return projectId
  throw new DroverError(
    'NOT_FOUND',
    `namespace ${namespace} is in no project, and Rancher's v3 API serves workloads by project`,
  )
}

async function listV3(client: KubeClient, path: string, { signal }: CallSettings): Promise<Named[]> {
  try {
    const { data = [] } = await client.get<{ data?: Named[] }>(path, { signal })
    return data
  } catch (error) {
    if (!(error instanceof DroverError) || error.code !== 'NOT_FOUND') throw error
    const hint = 'check the address: it must be that of a Rancher or Drover server'
    throw new DroverError('UNREACHABLE', error.message, { cause: error, hint })
  }
}
