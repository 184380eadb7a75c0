import { DroverError } from '../../model/errors.ts'
import type { KubeClient } from '../../kube/index.ts'
import type { CallSettings } from '../target.ts'

interface Named {
  id: string
  name?: string
  namespaceId?: string
  projectId?: string
}

/** What Rancher calls its clusters: its own, imported ones, those it made, and those of its later provisioning. */
const clusterId = /^(?:local|c-[a-z0-9]+(?:-[a-z0-9]+)*)$/

/**
 * The id of a cluster, by id or by name, or the only one that the key sees. No request where an id is given. Raises
 * NOT_FOUND and AMBIGUOUS, listing what there is.
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

/** The project that holds a namespace: v3 addresses workloads by it. Raises NOT_FOUND. */
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
  const { data = [] } = await client.get<{ data?: Named[] }>(path, { signal })
  return data
}
