import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pageOf } from '../answer/collection.ts'
import { takesPlaceOf } from '../answer/listing.ts'
import { Query } from '../request/query.ts'
import { schemas } from '../schema/schemas.ts'
import type { Resource } from '../schema/v3-type.ts'

const schema = schemas.project.byId('workload')!
const namesOf = (list: readonly Resource[], query: string) =>
  pageOf(list, { schema, query: new Query(query), url: 'https://drover.test' }).resources.map(({ id }) => id)

const resource = fc.record({ id: fc.stringMatching(/^[a-e]{1,3}$/), name: fc.stringMatching(/^[a-c]$/) })
const list = fc.uniqueArray(resource, { selector: ({ id }) => id, maxLength: 20 })

test('a replacing list has the order it would have by itself', () => {
  fc.assert(
    fc.property(list, list, fc.constantFrom('', 'sort=name', 'order=desc', 'sort=name&order=desc'), (a, b, query) => {
      const before: Resource[] = a.map((one) => ({ ...one, type: 'workload' }))
      const kept = before.filter(({ id }) => !b.some((one) => one.id === id))
      const after: Resource[] = [...kept, ...b.map((one) => ({ ...one, type: 'workload' }))]
      const anew = [...after]
      namesOf(before, query)
      takesPlaceOf(after, before)
      expect(namesOf(after, query)).toEqual(namesOf(anew, query))
    }),
  )
})
