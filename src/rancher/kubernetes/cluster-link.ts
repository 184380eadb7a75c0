import type { KubeClient } from '../../kube/index.ts'
import { DroverError } from '../../model/errors.ts'
import type { Fetch, HttpRequest } from '../../model/http.ts'
import { StatusError } from '../../model/status.ts'

/**
 * The connection to a cluster, and whether it is in doubt: what watches have cached is current only while the cluster
 * is reachable.
 */
export class ClusterLink {
  #doubted = false
  readonly fetch: Fetch

  constructor(fetch: Fetch) {
    this.fetch = async (request) => {
      try {
        return await fetch(request)
      } catch (error) {
        throw this.#failed(request, error)
      }
    }
  }

  /** Reports a failure that may mean the cluster is unreachable. */
  doubt(): void {
    this.#doubted = true
  }

  /** Raises if the cluster is unreachable. Probes it only when in doubt. */
  async requireAnswer(kube: KubeClient): Promise<void> {
    if (!this.#doubted) return
    try {
      await kube.get('/version')
    } catch (error) {
      if (!(error instanceof StatusError) || error.code >= 500) throw error
    }
    this.#doubted = false
  }

  #failed({ method, url, signal }: HttpRequest, error: unknown): unknown {
    if (signal.aborted || !(error instanceof DroverError)) return error
    this.#doubted = true
    return new DroverError(error.code, `${asGoWrites(method)} "${pathOf(url)}": ${error.message}`, { cause: error })
  }
}

/** The format of Go's library for a request without a response, which Rancher passes on: `Get "https://…": …`. */
function asGoWrites(method: string): string {
  return `${method[0]}${method.slice(1).toLowerCase()}`
}

function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  return start < 0 ? '/' : url.slice(start)
}
