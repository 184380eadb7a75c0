import { describe, expect, test } from 'vitest'
import { choicesFor, isMissing, orderTags, type ImageTags } from './image-choices.ts'

const running = '10.1.1.1:80/java/web:1.9-alpine'
const listed = (...tags: string[]): ImageTags => ({ answer: 'listed', tags, complete: true, message: '' })
const labels = (typed: string, tags?: ImageTags, previous: string[] = []) => {
  const { previous: before, registry, more } = choicesFor(running, typed, previous, tags)
  return { before: before.map(({ label }) => label), registry: registry.map(({ label }) => label), more }
}

test('lists tags shaped like the current one first, newest first', () => {
  expect(orderTags(['1.2', 'latest', '1.10-alpine', '1.9-alpine', '2.0'], '1.9-alpine')).toEqual([
    '1.10-alpine',
    '1.9-alpine',
    'latest',
    '2.0',
    '1.2',
  ])
})

describe('image choices', () => {
  const tags = listed('1.8-alpine', '1.9-alpine', '1.10-alpine', '2')
  test('offers everything but the current image while nothing is typed', () => {
    expect(labels(running, tags).registry).toEqual(['1.10-alpine', '1.8-alpine', '2'])
  })
  test('filters by the typed part of the tag', () => {
    expect(labels('10.1.1.1:80/java/web:1.1', tags).registry).toEqual(['1.10-alpine'])
    expect(labels('10.1.1.1:80/java/web:', tags).registry.length).toBe(3)
  })
  test('offers everything again once one is chosen', () => {
    expect(labels('10.1.1.1:80/java/web:1.10-alpine', tags).registry).toEqual(['1.10-alpine', '1.8-alpine', '2'])
    expect(labels('10.1.1.1:80/java/web:7', tags).registry).toEqual([])
  })
  test('offers nothing from this registry for another repository', () => {
    expect(labels('nginx:1', tags).registry).toEqual([])
  })
  test('offers no duplicates', () => {
    expect(labels(running, tags, ['10.1.1.1:80/java/web:1.8-alpine'])).toMatchObject({
      before: ['1.8-alpine'],
      registry: ['1.10-alpine', '2'],
    })
  })
  test('offers a limited number and counts the rest', () => {
    const many = listed(...Array.from({ length: 30 }, (_, index) => `1.${index}-alpine`))
    expect(labels(running, many)).toMatchObject({ registry: { length: 8 }, more: 21 })
  })
})

test("a tag is missing only if the registry's list is complete", () => {
  expect(isMissing('10.1.1.1:80/java/web:9', running, listed('1'))).toBe(true)
  expect(isMissing('10.1.1.1:80/java/web:1', running, listed('1'))).toBe(false)
  expect(isMissing('10.1.1.1:80/java/web:9', running, { ...listed('1'), complete: false } as ImageTags)).toBe(false)
  expect(isMissing('nginx:9', running, listed('1'))).toBe(false)
  expect(isMissing(`10.1.1.1:80/java/web:9@sha256:${'a'.repeat(64)}`, running, listed('1'))).toBe(false)
  expect(isMissing('10.1.1.1:80/java/web:9', running, { answer: 'unknown', message: '' })).toBe(false)
})
