import { parseQualifiedName, parseFamiliarName } from '@swimlane/docker-reference'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DroverError } from './errors.ts'
import {
  imageRepository,
  isImageReference,
  normaliseImage,
  parseImageReference,
  pullsTheSame,
  sameImage,
  withTag,
} from './image-reference.ts'

const sha256 = `sha256:${'0123456789abcdef'.repeat(4)}`

describe('valid references', () => {
  it.each([
    ['ubuntu', 'docker.io', 'library/ubuntu', undefined, undefined],
    ['foo/bar', 'docker.io', 'foo/bar', undefined, undefined],
    ['foo.bar/baz', 'foo.bar', 'baz', undefined, undefined],
    ['localhost/a', 'localhost', 'a', undefined, undefined],
    ['docker.io/nginx:1', 'docker.io', 'library/nginx', '1', undefined],
    ['index.docker.io/library/nginx', 'docker.io', 'library/nginx', undefined, undefined],
    ['10.212.82.86:1180/java/admin-master:33', '10.212.82.86:1180', 'java/admin-master', '33', undefined],
    ['host:5000/app', 'host:5000', 'app', undefined, undefined],
    ['host:5000/app:1', 'host:5000', 'app', '1', undefined],
    [`app@${sha256}`, 'docker.io', 'library/app', undefined, sha256],
    [`host:5000/app:1@${sha256}`, 'host:5000', 'app', '1', sha256],
    ['[::1]:5000/a:1', '[::1]:5000', 'a', '1', undefined],
    ['[2001:db8::1]/a/b', '[2001:db8::1]', 'a/b', undefined, undefined],
    ['a__b/c-d.e', 'docker.io', 'a__b/c-d.e', undefined, undefined],
    ['a---b', 'docker.io', 'library/a---b', undefined, undefined],
    ['Registry.Example.com/App'.replace('/App', '/app'), 'Registry.Example.com', 'app', undefined, undefined],
  ])('%s', (text, domain, path, tag, digest) => {
    expect(parseImageReference(text)).toMatchObject({ text, domain, path })
    expect(parseImageReference(text).tag).toBe(tag)
    expect(parseImageReference(text).digest).toBe(digest)
  })
})

describe('invalid references', () => {
  it.each([
    ['', /it is empty/],
    [' ', /it is empty/],
    ['nginx:', /tag after ":" is empty; did you mean nginx\?/],
    ['nginx@', /digest after "@" is empty; did you mean nginx\?/],
    ['UPPER/case', /lower case.*did you mean upper\/case\?/],
    ['ghcr.io/Owner/app:1', /lower case; did you mean ghcr\.io\/owner\/app:1\?/],
    ['a b', /blank in it/],
    ['https://registry.example/app:1', /no https:\/\/ in front; did you mean registry\.example\/app:1\?/],
    ['docker pull x', /this is a docker command; give the image alone; did you mean x\?/],
    ['docker pull rancher/rancher:v2\n', /docker command.*did you mean rancher\/rancher:v2\?/],
    ['nginx:1\n', /a line end around it; did you mean nginx:1\?/],
    [' nginx:1', /a blank around it; did you mean nginx:1\?/],
    ['"nginx:1"', /in quotes; did you mean nginx:1\?/],
    [':1', /it has no name/],
    [`@${sha256}`, /it has no name/],
    ['/app', /repository/],
    ['app/', /repository/],
    ['a//b', /repository/],
    ['a..b', /repository/],
    ['-a', /repository/],
    ['host:port/app', /no registry host/],
    ['host_x.y/app', /no registry host/],
    ['app:-1', /tag "-1" must be/],
    [`app:${'a'.repeat(129)}`, /must be 1 to 128/],
    ['app:1:2', /tag "1:2" must be/],
    ['app@sha256:abc', /has 64 digits/],
    [`app@${sha256.toUpperCase()}`, /must be sha256:/],
    [`app@${sha256}@${sha256}`, /must be sha256:/],
    ['app@md5:0123456789abcdef0123456789abcdef', /must be sha256:/],
    ['0123456789abcdef'.repeat(4), /image id/],
    ['a'.repeat(256), /at most 255/],
    [':::bad image', /blank/],
  ])('%j', (text, message) => {
    expect(() => parseImageReference(text)).toThrow(DroverError)
    expect(() => parseImageReference(text)).toThrow(message)
  })
})

describe('comparison', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest', true],
    ['index.docker.io/nginx', 'nginx:latest', true],
    ['nginx:1', 'nginx:2', false],
    ['nginx', `nginx@${sha256}`, false],
    ['host:5000/nginx', 'nginx', false],
    [':::bad', ':::bad', true],
    [':::bad', 'bad', false],
  ])('%s and %s: %s', (one, other, same) => expect(sameImage(one, other)).toBe(same))

  it('compares by digest if both have one', () => {
    const one = parseImageReference(`app:1@${sha256}`)
    expect(pullsTheSame(one, parseImageReference(`app:2@${sha256}`))).toBe(true)
    expect(pullsTheSame(one, parseImageReference('app:1'))).toBe(false)
    expect(normaliseImage(one)).toBe(`docker.io/library/app:1@${sha256}`)
  })

  it('withTag keeps the spelling of the repository', () => {
    expect(withTag(parseImageReference(`host:5000/app:1@${sha256}`), '2').text).toBe('host:5000/app:2')
    expect(() => withTag(parseImageReference('app'), 'a b')).toThrow(DroverError)
  })
})

const component = fc.stringMatching(/^[a-z0-9]{1,6}(?:(?:\.|_|__|-{1,3})[a-z0-9]{1,4}){0,2}$/)
const host = fc.oneof(
  fc.constant('localhost'),
  fc.stringMatching(/^[a-zA-Z0-9]{1,5}(?:\.[a-zA-Z0-9]{1,5}){1,3}$/),
  fc.stringMatching(/^[a-z0-9]{1,8}:[0-9]{1,5}$/),
)
const reference = fc
  .record({
    host: fc.option(host, { nil: undefined }),
    path: fc.array(component, { minLength: 1, maxLength: 4 }),
    tag: fc.option(fc.stringMatching(/^\w[\w.-]{0,20}$/), { nil: undefined }),
    digest: fc.option(fc.stringMatching(/^sha256:[a-f0-9]{64}$/), { nil: undefined }),
  })
  .map(({ host, path, tag, digest }) =>
    [host && `${host}/`, path.join('/'), tag && `:${tag}`, digest && `@${digest}`].filter(Boolean).join(''),
  )
  // `a.b_c/d`: "a.b_c" is not a valid host, so there is no registry to ask; the other package reads it as a path
  .filter((text) => !/^[^/]*\.[^/]*_[^/]*\/|^[^/]*_[^/]*\.[^/]*\//.test(text))

describe('against @swimlane/docker-reference', () => {
  it('parses every valid reference alike', () => {
    fc.assert(
      fc.property(reference, (text) => {
        const theirs = parseFamiliarName(text)
        const ours = parseImageReference(text)
        expect({ ...ours }).toMatchObject({ domain: theirs.domain, path: theirs.repository })
        expect([ours.tag, ours.digest]).toEqual([theirs.tag, theirs.digest])
      }),
      { numRuns: 500 },
    )
  })

  it('accepts nothing the other package rejects', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'B', '1', '.', '/', ':', '@', '-', '_', ' ', '[', 'localhost'),
      maxLength: 14,
    })
    fc.assert(
      fc.property(text, (text) => {
        // the other package does not support IPv6 hosts
        if (!isImageReference(text) || text.includes('[')) return
        expect(() => parseFamiliarName(text)).not.toThrow()
      }),
      { numRuns: 2000 },
    )
  })

  it('normalising is idempotent and yields a valid reference', () => {
    fc.assert(
      fc.property(reference, (text) => {
        const once = normaliseImage(parseImageReference(text))
        expect(normaliseImage(parseImageReference(once))).toBe(once)
        expect(sameImage(text, once)).toBe(true)
        expect(() => parseQualifiedName(once)).not.toThrow()
        expect(once.startsWith(imageRepository(parseImageReference(text)))).toBe(true)
      }),
    )
  })
})
