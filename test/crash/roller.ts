import { openCluster } from '../../src/cluster/index.ts'
import { httpRequest } from '../../src/model/http.ts'

/**
 * Creates, rolls out and deletes Deployments with controllers running, and prints what was acknowledged, until killed.
 */
const [directory = '', round = '0'] = process.argv.slice(2)
const cluster = await openCluster({ directory, controllers: { podReadyAfter: 30, namespaceDelay: 10 } })
const base = 'http://cluster.invalid/apis/apps/v1/namespaces/default/deployments'

async function call(method: string, path: string, body?: object, type = 'application/json') {
  const init = body ? { method, body: JSON.stringify(body), headers: { 'content-type': type } } : { method }
  const response = await cluster.fetch(httpRequest(base + path, init))
  return { status: response.status, text: await response.text() }
}

function deployment(name: string, image: string): object {
  const labels = { app: name }
  const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image }] } }
  return { metadata: { name }, spec: { replicas: 3, selector: { matchLabels: labels }, template } }
}

async function roll(worker: number): Promise<never> {
  for (let count = 0; ; count++) {
    const name = `r${round}-${worker}-${count}`
    await tell(name, 'nginx:0', await call('POST', '', deployment(name, 'nginx:0')))
    for (let version = 1; version < 4; version++) {
      const image = `nginx:${version}`
      const patch = { spec: { template: { spec: { containers: [{ name: 'c', image }] } } } }
      await tell(name, image, await call('PATCH', `/${name}`, patch, 'application/strategic-merge-patch+json'))
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    if (count % 3 === 2) await tell(name, 'gone', await call('DELETE', `/${name}`))
  }
}

async function tell(name: string, state: string, { status }: { status: number }): Promise<void> {
  if (status < 300) process.stdout.write(`${name} ${state}\n`)
}

await Promise.all(Array.from({ length: 4 }, (_, worker) => roll(worker)))
