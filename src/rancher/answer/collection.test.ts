import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { goEscape, pageOf } from './collection.ts'
import { Query } from '../request/query.ts'
import { schemas } from '../schema/schemas.ts'
import type { Schema } from '../schema/schema.ts'

const schema = schemas.project.byId('workload') as Schema
const url = 'https://h/v3/project/local:p/workloads'
const make = (name: string, namespaceId = 'a') => ({
  id: `deployment:${namespaceId}:${name}`,
  type: 'deployment',
  name,
  namespaceId,
  state: 'active',
})
const all = ['c', 'a', 'b', 'd'].map((name) => make(name))
const page = (query: string, list = all) => pageOf(list, { schema, query: new Query(query), url })
const names = (query: string) => page(query).resources.map(({ name }) => name)

describe('filters', () => {
  test.each([
    ['', ['a', 'b', 'c', 'd']],
    ['name=b', ['b']],
    ['name_eq=b', ['b']],
    ['name=b&name=c', ['b']],
    ['name=', []],
    ['name_ne=b', ['a', 'c', 'd']],
    ['name_in=b&name_in=c', ['b', 'c']],
    ['name_in=b,c', []],
    ['name_notin=b&name_notin=c', ['a', 'd']],
    ['name_prefix=b', ['a', 'b', 'c', 'd']],
    ['state=gone', ['a', 'b', 'c', 'd']],
    ['nosuch=1', ['a', 'b', 'c', 'd']],
    ['__proto__=1&constructor=2', ['a', 'b', 'c', 'd']],
    ['namespaceId=b', []],
  ])('%s', (query, wanted) => expect(names(query)).toEqual(wanted))

  test('are echoed as received', () => {
    expect(page('name_in=a&name_in=b&state=x').filters).toMatchObject({
      name: [{ modifier: 'in', value: ['a', 'b'] }],
      namespaceId: null,
    })
  })
})

describe('sorting', () => {
  test.each([
    ['sort=name', ['a', 'b', 'c', 'd']],
    ['sort=name&order=desc', ['d', 'c', 'b', 'a']],
    ['order=desc', ['d', 'c', 'b', 'a']],
    ['sort=name&order=sideways', ['a', 'b', 'c', 'd']],
    ['sort=nosuch', ['a', 'b', 'c', 'd']],
  ])('%s', (query, wanted) => expect(names(query)).toEqual(wanted))

  test('offers only sortable fields', () => {
    expect(page('sort=name&order=desc').sort).toMatchObject({ name: 'name', order: 'desc' })
    expect(page('sort=nosuch').sort['name']).toBeUndefined()
    expect(Object.keys(page('').sort['links'] as object)).toEqual(['uuid'])
  })
})

describe('paging', () => {
  test('names pages by the id of their first item, as recorded', () => {
    const ids = (query: string) => page(query).resources.map(({ id }) => id)
    expect(ids('limit=2&marker=deployment:a:c')).toEqual(['deployment:a:c', 'deployment:a:d'])
    expect(ids('limit=2&marker=nosuch')).toEqual(['deployment:a:a', 'deployment:a:b'])
    expect(page('limit=1&marker=deployment:a:b&sort=name').pagination).toEqual({
      marker: 'deployment:a:b',
      first: `${url}?limit=1&marker=deployment%3Aa%3Aa&sort=name`,
      previous: `${url}?limit=1&marker=deployment%3Aa%3Aa&sort=name`,
      next: `${url}?limit=1&marker=deployment%3Aa%3Ac&sort=name`,
      last: `${url}?limit=1&marker=deployment%3Aa%3Ad&sort=name`,
      limit: 1,
      total: 4,
      partial: true,
    })
  })

  test.each([
    ['', 1000],
    ['limit=abc', 1000],
    ['limit=-1', 10_000],
    ['limit=-2', 1000],
    ['limit=20000', 10_000],
    ['limit=0', 0],
  ])('%s is a limit of %i', (query, limit) => expect(page(query).pagination).toMatchObject({ limit, total: 4 }))

  test('the last page links to itself', () => {
    const { next, previous, last } = page('limit=3&marker=deployment:a:c').pagination
    const named = (id: string) => `${url}?limit=3&marker=deployment%3Aa%3A${id}`
    expect([previous, next, last]).toEqual([named('a'), undefined, named('b')])
  })

  test('a limit of 0 returns only the link to the first page', () => {
    const { resources, pagination } = page('limit=0')
    expect(resources).toEqual([])
    expect(pagination).toMatchObject({ first: `${url}?limit=0&marker=deployment%3Aa%3Aa`, partial: true })
    expect(pagination['next']).toBeUndefined()
  })

  test('following next yields every item once, in order', () => {
    const lists = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,4}$/), { maxLength: 30 })
    fc.assert(
      fc.property(lists, fc.integer({ min: 1, max: 7 }), (list, limit) => {
        const items = list.map((name) => make(name))
        const seen: string[] = []
        let query: string | undefined = `limit=${limit}&sort=name`
        while (query !== undefined) {
          const { resources, pagination } = page(query, items)
          seen.push(...resources.map(({ name }) => String(name)))
          const next = pagination['next'] as string | undefined
          query = next?.slice(url.length + 1)
        }
        expect(seen).toEqual([...list].sort())
      }),
    )
  })
})

test('encodes queries as Go does', () => {
  expect(goEscape("a b:c/d!'()*~-_.é")).toBe('a+b%3Ac%2Fd%21%27%28%29%2A~-_.%C3%A9')
})
