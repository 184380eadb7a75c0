import { openCluster } from '../../src/cluster/index.ts'
import { httpRequest } from '../../src/model/http.ts'

/** Writes config maps in a loop and prints each acknowledged write, until killed. */
const [directory = ''] = process.argv.slice(2)
const cluster = await openCluster({ directory, controllers: false })
const prefix = String(process.pid)

async function write(writer: number): Promise<never> {
  for (let count = 0; ; count++) {
    const name = `w${prefix}-${writer}-${count}`
    const body = JSON.stringify({ metadata: { name }, data: { count: String(count) } })
    const request = httpRequest('http://cluster.invalid/api/v1/namespaces/default/configmaps', { method: 'POST', body })
    const response = await cluster.fetch(request)
    const { metadata } = (await response.json()) as { metadata: { resourceVersion: string } }
    if (response.status === 201) process.stdout.write(`${name} ${metadata.resourceVersion}\n`)
  }
}

await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)))
