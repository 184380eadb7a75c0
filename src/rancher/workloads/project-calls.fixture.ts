import { openCluster } from '../../cluster/index.ts'
import { connect, type KubeClient } from '../../kube/index.ts'
import { type HttpHeaders, httpRequest } from '../../model/http.ts'
import { openServer, type RancherServer } from '../index.ts'
import { type Fields, fieldsOf } from './mapping/rows.ts'

export interface Answer {
  status: number
  headers: HttpHeaders
  /** Empty unless the response is a JSON object. */
  body: Fields
}

/** A server over an embedded cluster, and a caller with all rights in its project Default. */
export interface ProjectCalls extends AsyncDisposable {
  readonly kube: KubeClient
  readonly server: RancherServer
  /** Sends a request to a path below `/v3`, or below the project unless it starts with a slash. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
}

interface Options {
  /** Whether the cluster's controllers run. Default false. */
  controllers?: boolean
  keepsServices?: boolean
}

export async function openProjectCalls({
  controllers = false,
  keepsServices = false,
}: Options = {}): Promise<ProjectCalls> {
  const cluster = await openCluster({ controllers: controllers ? { podReadyAfter: 5 } : false })
  const options = { kube: cluster.fetch, adminPassword: 'a good word', defaultProject: 'p-dghs7', keepsServices }
  const server = await openServer(options)
  const key = await server.issueKey()
  return {
    kube: connect({ fetch: cluster.fetch }),
    server,
    async send(method, path, body, more = {}) {
      const below = path.startsWith('/') ? '/v3' : '/v3/project/local:p-dghs7/'
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...more }
      const text = body === undefined ? null : JSON.stringify(body)
      const response = await server.fetch(
        httpRequest(`https://drover.test${below}${path}`, { method, headers, body: text }),
      )
      const answer = await response.text()
      return {
        status: response.status,
        headers: response.headers,
        body: fieldsOf(answer.startsWith('{') ? JSON.parse(answer) : undefined),
      }
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await cluster[Symbol.asyncDispose]()
    },
  }
}
