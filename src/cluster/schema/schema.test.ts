import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { resourceTypes } from '../kinds/index.ts'
import { DecodeError } from '../resource.ts'
import { decodeObject } from './decode.ts'
import { allTypes, fieldAt, shapeOf } from './index.ts'
import { findValue } from './json-place.ts'
import { answerOpenApi } from './openapi.ts'
import { parseQuantity, printQuantity } from './quantity.ts'

describe('the derived structure', () => {
  test('every type can be read, and every reference resolves', () => {
    for (const { shape } of allTypes().values())
      for (const field of shape.fields.values()) expect(field.shape).toBeDefined()
  })

  test('merge keys and strategies are where Kubernetes has them', () => {
    const podSpec = (field: string) => fieldAt('apps/v1', 'Deployment', ['spec', 'template', 'spec', field])
    expect(podSpec('containers')).toMatchObject({ patchMergeKey: 'name', patchStrategies: ['merge'] })
    expect(podSpec('volumes')).toMatchObject({ patchMergeKey: 'name', patchStrategies: ['merge', 'retainKeys'] })
    expect(podSpec('tolerations')).toMatchObject({ patchMergeKey: undefined, patchStrategies: [] })
    const ports = fieldAt('v1', 'Pod', ['spec', 'containers', 'ports'])
    expect(ports).toMatchObject({
      patchMergeKey: 'containerPort',
      listType: 'map',
      listMapKeys: ['containerPort', 'protocol'],
    })
    expect(fieldAt('apps/v1', 'Deployment', ['spec', 'strategy'])?.patchStrategies).toEqual(['retainKeys'])
    expect(fieldAt('apps/v1', 'Deployment', ['spec', 'selector'])?.atomic).toBe(true)
    expect(shapeOf('ex.io/v1', 'Widget')).toBeUndefined()
  })
})

describe('decoding', () => {
  test('unknown fields are dropped and told by path', () => {
    const unknown: string[] = []
    const body = { spec: { bogus: 1, template: { spec: { containers: [{ name: 'c', Image: 'x' }] } } }, extra: {} }
    const object = decodeObject('apps/v1', 'Deployment', body, { unknown })
    expect(unknown.toSorted()).toEqual(['extra', 'spec.bogus', 'spec.template.spec.containers[0].Image'])
    expect(object.spec).toEqual({
      strategy: {},
      template: { metadata: { creationTimestamp: null }, spec: { containers: [{ name: 'c', resources: {} }] } },
    })
  })

  test('a zero is kept where absence means something else, and left out where it does not', () => {
    const object = decodeObject('apps/v1', 'Deployment', { spec: { replicas: 0, minReadySeconds: 0, paused: false } })
    expect(object.spec).toMatchObject({ replicas: 0 })
    expect(object.spec).not.toHaveProperty('minReadySeconds')
    expect(object.spec).not.toHaveProperty('paused')
  })

  test('the place of a wrong type is quoted as the decoder does', () => {
    const source = '{"metadata": {"name": "k"}, "data": {"a": 1}}'
    const decode = (): unknown => decodeObject('v1', 'ConfigMap', JSON.parse(source), { source })
    expect(decode).toThrow(DecodeError)
    expect(decode).toThrow(
      `v1.ConfigMap.Data: ReadString: expects " or n, but found 1, error found in #10 byte of ...|": {"a": 1}}|..., bigger context ...|${source}|...`,
    )
  })

  test('values are found in any JSON text', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), fc.jsonValue(), (object, name, value) => {
        const source = JSON.stringify({ ...object, [name]: value }, null, 1)
        const found = findValue(source, [name]) ?? -1
        const text = JSON.stringify(value, null, 1).split('\n')[0] ?? ''
        expect(source.slice(found, found + text.length)).toBe(text)
      }),
    )
  })
})

describe('quantities', () => {
  test.each([
    ['1024Mi', '1Gi'],
    ['0.5', '500m'],
    ['1.5Gi', '1536Mi'],
    ['1000', '1k'],
    [1.5, '1500m'],
    ['1e3', '1e3'],
    ['12e6', '12e6'],
    ['0.1n', '1n'],
    ['-1.5Ki', '-1536'],
    ['0Gi', '0'],
    ['500Mi', '500Mi'],
    ['1E', '1E'],
    ['99993.680Mi', '104850972999680m'],
  ])('%s is written %s', (given, canonical) => {
    const quantity = parseQuantity(given)
    expect(quantity && printQuantity(quantity)).toBe(canonical)
  })

  test.each(['', 'x', '1 Gi', '1gi', '1.2.3', '--1', '1Kii'])('%j is none', (text) => {
    expect(parseQuantity(text)).toBeUndefined()
  })

  test('the canonical form means the same', () => {
    const suffixes = ['', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e2', 'E-3']
    fc.assert(
      fc.property(
        fc.integer({ min: -99999, max: 99999 }),
        fc.nat(999),
        fc.constantFrom(...suffixes),
        (whole, part, suffix) => {
          const quantity = parseQuantity(`${whole}.${part}${suffix}`)
          if (!quantity) throw new Error('not read')
          const again = parseQuantity(printQuantity(quantity))
          expect(again?.nanos).toBe(quantity.nanos)
          expect(again && printQuantity(again)).toBe(printQuantity(quantity))
        },
      ),
    )
  })
})

describe('OpenAPI', () => {
  const ask = async (path: string, accept: string | null = null): Promise<unknown> =>
    (await answerOpenApi({ path, accept }, resourceTypes)?.json()) ?? undefined

  test('version 3 lists the group versions, and each document knows its kinds and their references', async () => {
    const index = (await ask('/openapi/v3')) as { paths: Record<string, { serverRelativeURL: string }> }
    expect(index.paths['apis/apps/v1']?.serverRelativeURL).toMatch(/^\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]{64}$/)
    for (const path of Object.keys(index.paths)) {
      const document = (await ask(`/openapi/v3/${path}`)) as { components: { schemas: Record<string, unknown> } }
      const references = JSON.stringify(document).match(/#\/components\/schemas\/[^"]+/g) ?? []
      for (const reference of new Set(references)) {
        expect(document.components.schemas).toHaveProperty([reference.replace('#/components/schemas/', '')])
      }
    }
    expect(await ask('/openapi/v3/apis/nosuch/v1')).toBeUndefined()
  })

  test('patching says that the server validates fields', async () => {
    const document = (await ask('/openapi/v3/apis/apps/v1')) as {
      paths: Record<string, { patch: { parameters: { name: string }[] } }>
    }
    const { patch } = document.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}'] ?? {}
    expect(patch?.parameters.map(({ name }) => name)).toContain('fieldValidation')
    expect(patch).toMatchObject({
      'x-kubernetes-group-version-kind': { group: 'apps', version: 'v1', kind: 'Deployment' },
    })
  })

  test('version 2 is JSON, or the small protobuf that old kubectl takes', async () => {
    expect(await ask('/openapi/v2', 'application/json')).toMatchObject({ swagger: '2.0' })
    const accept = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf'
    const answer = answerOpenApi({ path: '/openapi/v2', accept }, resourceTypes)
    expect(answer?.headers.get('content-type')).toBe('application/octet-stream')
    expect(answerOpenApi({ path: '/openapi/v2', accept: 'text/html' }, resourceTypes)?.status).toBe(406)
    const other = accept.replace('@', '.')
    expect(answerOpenApi({ path: '/openapi/v2', accept: other }, resourceTypes)?.status).toBe(406)
  })
})
