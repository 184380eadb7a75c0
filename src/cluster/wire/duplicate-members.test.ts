import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withDuplicates } from './duplicate-members.ts'

const read = (text: string): unknown => withDuplicates(text, JSON.parse(text))

describe('duplicate members', () => {
  it('merges objects and takes the last scalar', () => {
    expect(read('{"data":{"a":"1","a":"2"},"list":[{"x":1,"x":2}],"data":{"b":"3"}}')).toEqual({
      data: { a: '2', b: '3' },
      list: [{ x: 2 }],
    })
  })

  it('parses all other text as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(read(text)).toEqual(JSON.parse(text))
      }),
    )
    expect(read('{"text":"\\"a\\": 1, \\"a\\": 2"}')).toEqual({ text: '"a": 1, "a": 2' })
  })
})
