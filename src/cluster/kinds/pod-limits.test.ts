import { describe, expect, test } from 'vitest'
import type { Api } from '../verbs/api.ts'
import type { KubeObject } from '../resource.ts'
import { resourceTypes } from './index.ts'

const typeOf = (kind: string) => {
  const type = resourceTypes.find((one) => one.kind === kind)
  if (!type) throw new Error(`no kind ${kind}`)
  return type
}

/** As much of the verbs as admission asks. */
function apiOver(objects: KubeObject[]): Api {
  const list = (type: { kind: string }): KubeObject[] => objects.filter(({ kind }) => kind === type.kind)
  return {
    type: (_apiVersion: string, kind: string) => typeOf(kind),
    list,
    listNewest: list,
    find: (type: { kind: string }, _namespace: string | undefined, name: string) =>
      list(type).find(({ metadata }) => metadata.name === name),
  } as unknown as Api
}

const podWith = (resources: object, metadata: object = { name: 'p' }): KubeObject => {
  const spec = { containers: [{ name: 'c', image: 'nginx:1', resources }] }
  const pod = structuredClone({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'b', ...metadata }, spec })
  typeOf('Pod').setDefaults?.(pod)
  return pod
}

const rangeWith = (limit: object): KubeObject => {
  const range = { kind: 'LimitRange', metadata: { name: 'lr' }, spec: { limits: [{ type: 'Container', ...limit }] } }
  typeOf('LimitRange').setDefaults?.(range)
  return range
}

describe('LimitRange', () => {
  test('fills in its defaults and says so', () => {
    const pod = podWith({})
    typeOf('Pod').admitCreate?.(pod, apiOver([rangeWith({ default: { cpu: '1' }, defaultRequest: { cpu: '100m' } })]))
    expect(pod.spec?.['containers']).toMatchObject([{ resources: { limits: { cpu: '1' }, requests: { cpu: '100m' } } }])
    expect(pod.metadata.annotations).toEqual({
      'kubernetes.io/limit-ranger': 'LimitRanger plugin set: cpu request for container c; cpu limit for container c',
    })
  })

  test('refuses what is out of bounds', () => {
    const api = apiOver([rangeWith({ max: { cpu: '2' }, min: { memory: '1Mi' } })])
    const admit = (): void =>
      typeOf('Pod').admitCreate?.(podWith({ limits: { cpu: '3' }, requests: { memory: '1Ki' } }), api)
    expect(admit).toThrow(
      'pods "p" is forbidden: [minimum memory usage per Container is 1Mi, but request is 1Ki, maximum cpu usage per Container is 2, but limit is 3]',
    )
  })
})

describe('services', () => {
  const service = (name: string, spec: object): KubeObject => {
    const object = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, uid: name, namespace: 'b' },
      spec: structuredClone(spec) as Record<string, unknown>,
    }
    typeOf('Service').setDefaults?.(object)
    typeOf('Service').prepareForCreate?.(object)
    return object
  }
  const ports = [{ port: 80 }]
  const taken = service('taken', { type: 'NodePort', clusterIP: '10.43.0.9', ports: [{ port: 80, nodePort: 30080 }] })

  test('get a free address and free node ports', () => {
    const object = service('s', { type: 'NodePort', ports: [{ port: 80 }, { port: 81 }] })
    typeOf('Service').allocate?.(object, apiOver([taken]))
    expect(object.spec?.['clusterIP']).toMatch(/^10\.43\.\d+\.\d+$/)
    const given = object.spec?.['ports'] as { nodePort: number }[]
    expect(new Set([30080, ...given.map(({ nodePort }) => nodePort)]).size).toBe(3)
  })

  test.each([
    [{ clusterIP: '10.43.0.9', ports }, 'failed to allocated ip:10.43.0.9 with error:provided IP is already allocated'],
    [{ clusterIP: '1.2.3.4', ports }, 'provided IP is not in the valid range. The range of valid IPs is 10.43.0.0/16'],
    [
      { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] },
      'spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
    ],
    [{ type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] }, 'The range of valid ports is 30000-32767'],
  ])('%j is refused', (spec, message) => {
    expect(() => typeOf('Service').allocate?.(service('s', spec), apiOver([taken]))).toThrow(message)
  })
})
