import { httpRequest, type Fetch } from '../model/http.ts'

const newer = /\/apis\/batch\/v1\/((?:namespaces\/[^/]+\/)?cronjobs(?:[/?]|$))/

/**
 * Kubernetes before 1.21 has CronJobs in batch/v1beta1 alone, and answers 404 to who asks for batch/v1. What is not found there
 * is looked for in the older version, and once something was found there, it is asked at once.
 */
export function withOlderCronJobs(fetch: Fetch): Fetch {
  let older = false
  return async (request) => {
    if (!newer.test(request.url)) return fetch(request)
    const olderRequest = httpRequest(request.url.replace(newer, '/apis/batch/v1beta1/$1'), request)
    if (older) return fetch(olderRequest)
    const answer = await fetch(request)
    if (answer.status !== 404) return answer
    const olderAnswer = await fetch(olderRequest)
    older = olderAnswer.status < 400
    const [taken, left] = older ? [olderAnswer, answer] : [answer, olderAnswer]
    // an answer that nobody reads would keep its connection, and so the process
    await left.text()
    return taken
  }
}
