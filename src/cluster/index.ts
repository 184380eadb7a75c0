import type { Fetch } from '../model/http.ts'
import { startControllers, type ControllersOptions } from './controllers/index.ts'
import { definitionType, serveCustomResources } from './custom/custom-resources.ts'
import { openDoor } from './door.ts'
import { customResourceDefinition } from './kinds/cluster-kinds.ts'
import { resourceTypes } from './kinds/index.ts'
import { openLog, type EventLog } from './storage/log.ts'
import { trackOwnership } from './patch/index.ts'
import type { KubeObject } from './resource.ts'
import { ResourceTypes } from './resource-types.ts'
import { Store } from './storage/store.ts'
import { Verbs } from './verbs/verbs.ts'
import { Watches } from './verbs/watch.ts'

export interface ClusterOptions {
  /** Where the cluster is kept; absent: in memory. One process at a time. */
  directory?: string
  /** How deployments roll, pods live and dependents are collected; false leaves the bare API. */
  controllers?: ControllersOptions | false
  /** ms since the epoch (default Date.now). */
  now?: () => number
}

/** A small Kubernetes in this process: its API is a `Fetch`. */
export interface Cluster extends AsyncDisposable {
  readonly fetch: Fetch
}

/**
 * Opens an embedded cluster. Raises `LOCKED` when another process has the directory, `CORRUPT` when it is not a cluster of
 * ours or is damaged, and `UNSUPPORTED` when a newer Drover wrote it.
 */
export async function openCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { directory, now = Date.now } = options
  const log = await openLog(directory)
  const registry = new ResourceTypes(resourceTypes)
  const definitions = definitionType(customResourceDefinition, now)
  registry.add(definitions)
  const store = openStore(log)
  const verbs = new Verbs({ store, registry, ownership: { record: trackOwnership }, now })
  const watches = new Watches(verbs)
  serveCustomResources(verbs, registry, definitions, now)
  await createNamespaces(verbs)
  const controllers = options.controllers === false ? undefined : await startControllers(verbs, options.controllers)
  return {
    fetch: openDoor(verbs, watches),
    async [Symbol.asyncDispose]() {
      watches.close()
      await controllers?.[Symbol.asyncDispose]()
      store.close()
    },
  }
}

function openStore(log: EventLog): Store {
  try {
    return new Store(log)
  } catch (error) {
    log.close()
    throw error
  }
}

const namespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease']

async function createNamespaces(verbs: Verbs): Promise<void> {
  const type = verbs.type('v1', 'Namespace')
  const missing = namespaces.filter((name) => !verbs.find(type, undefined, name))
  const objects = missing.map((name): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }))
  await Promise.all(objects.map((object) => verbs.create(type, object, { fieldManager: 'drover' })))
  await createAccount(verbs)
}

/** Pods of the namespace default can be made at once; the accounts of other namespaces are a controller's. */
async function createAccount(verbs: Verbs): Promise<void> {
  const type = verbs.type('v1', 'ServiceAccount')
  const metadata = { name: 'default', namespace: 'default' }
  if (verbs.find(type, metadata.namespace, metadata.name)) return
  await verbs.create(type, { apiVersion: 'v1', kind: 'ServiceAccount', metadata }, { fieldManager: 'drover' })
}
