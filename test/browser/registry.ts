import { article } from '../../src/cli/sample/article.ts'
import { httpResponse, jsonResponse, type Fetch } from '../../src/model/http.ts'

/** Tags by `host/path`; other repositories do not exist. Tests may push tags. */
export type RegistryTags = Map<string, string[]>

export function articleTags(): RegistryTags {
  const series = (first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (_, index) => String(first + index))
  return new Map([
    [`${article.registry}/java/admin-master`, [...series(18, 36), 'latest']],
    [`${article.registry}/java/gateway`, series(12, 20)],
    [`${article.registry}/java/orders`, series(4, 12)],
    [`${article.registry}/java/stock`, series(10, 13)],
    [`${article.registry}/web/portal`, ['2.3.9', '2.4.0', '2.4.1', '2.4.9', '2.4.10', '2.5.0', 'nightly']],
    ['registry-1.docker.io/library/redis', ['5.0.8', '5.0.9', '5.0.10', '6.2.1', '5.0.9-alpine', '6.2.1-alpine']],
  ])
}

/** A Fetch that stands in for the registries. */
export function registryOf(tags: RegistryTags): Fetch {
  return async ({ url }) => {
    const { host, pathname } = new URL(url)
    const repository = host + (/^\/v2(\/.+)\/tags\/list$/.exec(pathname)?.[1] ?? '')
    const found = tags.get(repository)
    return found ? jsonResponse({ tags: found }) : httpResponse('', { status: 404 })
  }
}
