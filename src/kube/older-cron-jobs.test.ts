import { expect, it } from 'vitest'
import { httpRequest, httpResponse, type Fetch } from '../model/http.ts'
import { withOlderCronJobs } from './older-cron-jobs.ts'

const path = '/k8s/clusters/local/apis/batch/v1/namespaces/default/cronjobs/nightly'
const olderPath = path.replace('/v1/', '/v1beta1/')

/** A cluster with these paths, and what it was asked. */
function clusterWith(...paths: string[]) {
  const asked: string[] = []
  const fetch: Fetch = async ({ url }) => {
    asked.push(url)
    return httpResponse(url, { status: paths.includes(url) ? 200 : 404 })
  }
  return { asked, fetch: withOlderCronJobs(fetch) }
}

const get = async (fetch: Fetch, url: string) => {
  const answer = await fetch(httpRequest(url, { method: 'GET' }))
  return `${answer.status} ${await answer.text()}`
}

it('finds a CronJob of a Kubernetes that has only batch/v1beta1, and then asks there at once', async () => {
  const { asked, fetch } = clusterWith(olderPath)
  expect(await get(fetch, path)).toBe(`200 ${olderPath}`)
  expect(await get(fetch, path)).toBe(`200 ${olderPath}`)
  expect(asked).toEqual([path, olderPath, olderPath])
})

it('keeps to batch/v1 where it is served', async () => {
  const { asked, fetch } = clusterWith(path)
  expect(await get(fetch, path)).toBe(`200 ${path}`)
  expect(await get(fetch, `${path}2`)).toBe(`404 ${path}2`)
  expect(await get(fetch, path)).toBe(`200 ${path}`)
  expect(asked).toEqual([path, `${path}2`, `${olderPath}2`, path])
})

it('reads the answer that is not taken', async () => {
  const unread = new Set<string>()
  const fetch = withOlderCronJobs(async ({ url }) => {
    unread.add(url)
    const answer = httpResponse(url, { status: url === olderPath ? 200 : 404 })
    return Object.assign(answer, { text: async () => (unread.delete(url), url) })
  })
  await get(fetch, path)
  expect([...unread]).toEqual([])
})

it('leaves Jobs alone', async () => {
  const { asked, fetch } = clusterWith()
  await get(fetch, '/apis/batch/v1/namespaces/default/jobs/cronjobs')
  expect(asked).toHaveLength(1)
})
