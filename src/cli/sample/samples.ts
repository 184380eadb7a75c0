import { connect, type KubeClient } from '../../kube/index.ts'
import { DroverError } from '../../model/errors.ts'
import type { Fetch } from '../../model/http.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { StatusError } from '../../model/status.ts'
import { article, articleObjects } from './article.ts'

/** A world to try things in. */
export interface Sample {
  clusterId: string
  /** Short: `p-xxxxx`. */
  projectId: string
  /** Creates its objects where they are missing; what is there already stays as it is. */
  load(kube: Fetch): Promise<void>
}

const samples: Readonly<Record<string, Sample>> = {
  article: { ...article, load: (kube) => createAll(connect({ fetch: kube }), articleObjects()) },
}

export function sampleNamed(name: string): Sample {
  const sample = samples[name]
  if (sample) return sample
  throw new DroverError('INVALID', `--sample ${name}: no such sample; available: ${Object.keys(samples).join(', ')}`)
}

const collections: Readonly<Record<string, (namespace: string) => string>> = {
  Namespace: () => '/api/v1/namespaces',
  Service: (namespace) => `/api/v1/namespaces/${namespace}/services`,
  Deployment: (namespace) => `/apis/apps/v1/namespaces/${namespace}/deployments`,
}

async function createAll(kube: KubeClient, objects: readonly KubeObject[]): Promise<void> {
  for (const object of objects) {
    const collection = collections[object.kind ?? '']?.(object.metadata.namespace ?? '')
    if (collection === undefined) throw new TypeError(`a sample holds a ${object.kind}, which has no row`)
    try {
      await kube.create(collection, object)
    } catch (error) {
      if (!(error instanceof StatusError && error.reason === 'AlreadyExists')) throw error
    }
  }
}
