import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { httpRequest } from '../../model/http.ts'
import { parseBody, parseJson, readLimited } from './body.ts'
import { Query } from './query.ts'

const parse = (text: string, type = 'application/json', query = '') => parseBody(text, type, new Query(query))

describe('body formats', () => {
  test.each<[string, string, unknown]>([
    ['{"a":1}', '', { a: 1 }],
    ['{"a":1}', 'application/xml', { a: 1 }],
    ['{"a":1} xxx', 'text/plain', { a: 1 }],
    ['{"a":1,"a":2}', 'application/json', { a: 2 }],
    ['a: 1\n', 'application/yaml', { a: 1 }],
    ['a=1&a=2&b=x+y', 'application/x-www-form-urlencoded', { a: ['1', '2'], b: ['x y'] }],
    [
      '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n',
      'multipart/form-data; boundary=b',
      { a: ['1'] },
    ],
  ])('%s as %s', async (text, type, value) => expect(await parse(text, type)).toEqual(value))

  test('a form includes the query', async () => {
    expect(await parse('a=1', 'application/x-www-form-urlencoded', 'a=2&b=3')).toEqual({ a: ['1', '2'], b: ['3'] })
  })

  test.each([
    ['', 'EOF'],
    ['{', 'unexpected EOF'],
    ['{"a":"b', 'unexpected EOF'],
    ['<a/>', "invalid character '<' looking for beginning of value"],
    ['scale: 1', "invalid character 's' looking for beginning of value"],
  ])('rejects %j: %s', async (text, reason) => {
    await expect(parse(text)).rejects.toThrow(`Failed to parse body: ${reason}`)
  })

  test.each(['application/x-www-form-urlencoded', 'multipart/form-data', 'multipart/form-data; boundary=b'])(
    'an empty %s is not a document',
    async (type) => expect(parse('', type, 'a=1')).rejects.toThrow('Failed to parse body: EOF'),
  )

  test('YAML with parameters is not parsed as YAML, as recorded', async () => {
    await expect(parse('a: 1', 'application/yaml; charset=utf-8')).rejects.toThrow('Failed to parse body')
  })
})

describe('hostile bodies', () => {
  test('__proto__ is dropped, however it is spelled', async () => {
    for (const text of ['{"__proto__":{"x":1},"a":1}', '{"\\u005f_proto__":{"x":1},"a":1}']) {
      const value = (await parse(text)) as object
      expect(Object.keys(value)).toEqual(['a'])
      expect((value as { x?: unknown }).x).toBeUndefined()
    }
  })

  test('limits depth and aliases', async () => {
    const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    await expect(parse(deep)).rejects.toThrow('exceeded max depth')
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]']
    for (let at = 0; at < 9; at++) {
      const [from, to] = [String.fromCharCode(97 + at), String.fromCharCode(98 + at)]
      bomb.push(`${to}: &${to} [${Array(10).fill(`*${from}`).join(',')}]`)
    }
    await expect(parse(bomb.join('\n'), 'application/yaml')).rejects.toThrow('Failed to parse body')
    await expect(parse('a: &a [*a]', 'application/yaml')).rejects.toThrow('Failed to parse body')
  })

  test('reads up to 2 MiB', async () => {
    let pulled = 0
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 65_536
        controller.enqueue(new Uint8Array(65_536).fill(32))
      },
    })
    const request = httpRequest('https://h/', { method: 'PUT', body })
    await expect(readLimited(request)).rejects.toThrow('unexpected EOF')
    expect(pulled).toBeLessThan(3 * 1024 * 1024)
  })
})

test('parses any JSON document, even with trailing text', () => {
  const plain = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('__proto__'))
  fc.assert(
    fc.property(plain, fc.constantFrom('', ' ', '\n'), (value, behind) => {
      expect(parseJson(JSON.stringify(value) + behind)).toEqual(JSON.parse(JSON.stringify(value)))
      if (typeof value !== 'object' || value === null) return
      expect(parseJson(`${JSON.stringify(value)} {"more":1}`)).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})
