import { describe, expect, it } from 'vitest'
import { DroverError } from '../model/errors.ts'
import { httpResponse, jsonResponse, type HttpRequest, type HttpResponse } from '../model/http.ts'
import { listTags } from './list-tags.ts'

function registry(answer: (url: URL, authorization: string | null) => HttpResponse) {
  const asked: string[] = []
  return {
    asked,
    fetch: async (request: HttpRequest): Promise<HttpResponse> => {
      asked.push(request.url)
      return answer(new URL(request.url), request.headers.get('authorization'))
    },
  }
}

const image = 'registry.example/shop/web:3'

describe('listTags', () => {
  it('reads all pages', async () => {
    const { fetch, asked } = registry(({ searchParams }) =>
      searchParams.get('last') === null
        ? jsonResponse({ tags: ['1', '2'] }, { headers: { link: '</v2/shop/web/tags/list?last=2>; rel="next"' } })
        : jsonResponse({ tags: ['3'] }),
    )
    expect(await listTags(image, { fetch })).toMatchObject({ answer: 'listed', tags: ['1', '2', '3'], complete: true })
    expect(asked).toEqual([
      'https://registry.example/v2/shop/web/tags/list?n=1000',
      'https://registry.example/v2/shop/web/tags/list?last=2',
    ])
  })

  it('stops after a maximum of pages and reports the list as incomplete', async () => {
    let page = 0
    const { fetch, asked } = registry(() =>
      jsonResponse({ tags: ['x'] }, { headers: { link: `</v2/shop/web/tags/list?last=${page++}>; rel="next"` } }),
    )
    expect(await listTags(image, { fetch })).toMatchObject({ complete: false })
    expect(asked.length).toBe(10)
  })

  it.each(['https://elsewhere.example/v2/shop/web/tags/list?last=2', '/v2/other/tags/list?last=2'])(
    'does not follow a page link to %s',
    async (target) => {
      const { fetch, asked } = registry(() =>
        jsonResponse({ tags: ['1'] }, { headers: { link: `<${target}>; rel=next` } }),
      )
      expect(await listTags(image, { fetch })).toMatchObject({ answer: 'listed', tags: ['1'] })
      expect(asked.length).toBe(1)
    },
  )

  it('sends the credential', async () => {
    const { fetch } = registry((_url, authorization) =>
      authorization === `Basic ${btoa('user:pass')}`
        ? jsonResponse({ tags: null })
        : httpResponse('', { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } }),
    )
    const credentialFor = async () => ({ username: 'user', password: 'pass' })
    expect(await listTags(image, { fetch, credentialFor })).toMatchObject({ answer: 'listed', tags: [] })
    expect(await listTags(image, { fetch })).toMatchObject({ answer: 'unauthorised' })
  })

  it.each([
    [404, '{}', 'absent'],
    [500, '{}', 'unknown'],
    [200, '<html>', 'unknown'],
    [200, '{"tags":7}', 'unknown'],
    [200, `{"tags":["${'x'.repeat(2 << 20)}"]}`, 'unknown'],
  ])('%d %.12s is %s', async (status, body, answer) => {
    const { fetch } = registry(() => httpResponse(body, { status }))
    expect(await listTags(image, { fetch })).toMatchObject({ answer })
  })

  it('is unknown if no registry answers', async () => {
    const fetch = () => Promise.reject(new DroverError('UNREACHABLE', 'registry.example does not answer'))
    expect(await listTags(image, { fetch })).toEqual({ answer: 'unknown', message: 'registry.example does not answer' })
  })
})
