import { openCluster } from '../cluster/index.ts'
import { openServer, type RancherServer } from './index.ts'

/** A server over an embedded cluster without controllers, and an administrator's key. */
export interface OpenedServer extends AsyncDisposable {
  readonly server: RancherServer
  readonly key: string
}

export async function openTestServer(): Promise<OpenedServer> {
  const cluster = await openCluster({ controllers: false })
  const server = await openServer({ kube: cluster.fetch, adminPassword: 'a good word', keepsServices: false })
  return {
    server,
    key: await server.issueKey(),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await cluster[Symbol.asyncDispose]()
    },
  }
}
