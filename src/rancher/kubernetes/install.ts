import { setTimeout as delay } from 'node:timers/promises'
import { unlessMissing, type KubeClient } from '../../kube/index.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { DroverError } from '../../model/errors.ts'
import { StatusError } from '../../model/status.ts'
import { manifests } from './manifests.ts'
import { paths } from './state.ts'

/** Only what a server outside the cluster needs; `manifests()` prints the rest for one inside. */
const collections: Readonly<Record<string, string>> = {
  Namespace: '/api/v1/namespaces',
  CustomResourceDefinition: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
}

/** Creates what is missing and waits until the custom resources are served. */
export async function install(kube: KubeClient): Promise<void> {
  for (const object of manifests() as KubeObject[]) {
    const collection = collections[object.kind ?? '']
    if (collection) await createMissing(kube, collection, object)
  }
  for (const path of [paths.users, paths.projects, paths.settings, paths.roleBindings]) await served(kube, path)
}

async function createMissing(kube: KubeClient, collection: string, object: KubeObject): Promise<void> {
  if (await unlessMissing(kube.get(`${collection}/${object.metadata.name}`))) return
  try {
    await kube.create(collection, object)
  } catch (error) {
    // another server was faster
    if (!(error instanceof StatusError && error.reason === 'AlreadyExists')) throw error
  }
}

const patience = 30_000
const pause = 100

async function served(kube: KubeClient, path: string): Promise<void> {
  for (let waited = 0; ; waited += pause) {
    try {
      await kube.list(path, { query: { limit: 1 } })
      return
    } catch (error) {
      if (!isMissing(error) || waited >= patience) throw error
    }
    await delay(pause)
  }
}

/** Not served yet: Kubernetes answers with a Status for a resource, and in plain text for a whole API group. */
export function isMissing(error: unknown): boolean {
  if (error instanceof DroverError) return error.code === 'NOT_FOUND'
  return error instanceof StatusError && error.code === 404
}
