import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DecodeError } from '../resource.ts'
import { decodeObject } from './decode.ts'
import { decodeProtobuf } from './protobuf.ts'

/** Bodies that kubectl 1.32 sent for its imperative commands, and the object that each one is. */
const sent: [command: string, body: string, object: object][] = [
  [
    'create namespace',
    'azhzAAoPCgJ2MRIJTmFtZXNwYWNlEhkKEQoBaBIAGgAiACoAMgA4AEIAEgAaAgoAGgAiAA==',
    { kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'h', creationTimestamp: null }, spec: {}, status: {} },
  ],
  [
    'create secret generic',
    'azhzAAoMCgJ2MRIGU2VjcmV0Eh4KEgoBcxIAGgFoIgAqADIAOABCABIGCgFhEgFiGgAaACIA',
    {
      kind: 'Secret',
      apiVersion: 'v1',
      metadata: { name: 's', namespace: 'h', creationTimestamp: null },
      data: { a: 'Yg==' },
    },
  ],
  [
    'create service nodeport',
    'azhzAAoNCgJ2MRIHU2VydmljZRJpCiAKA3dlYhIAGgFoIgAqADIAOABCAFoKCgNhcHASA3dlYhJBChsKBzgwLTgwODASA1RDUBhQIgcIABCQPxoAKAASCgoDYXBwEgN3ZWIaACIITm9kZVBvcnQ6AEIAUgBaAGAAaAAaAgoAGgAiAA==',
    {
      kind: 'Service',
      apiVersion: 'v1',
      metadata: { name: 'web', namespace: 'h', creationTimestamp: null, labels: { app: 'web' } },
      spec: {
        ports: [{ name: '80-8080', protocol: 'TCP', port: 80, targetPort: 8080 }],
        selector: { app: 'web' },
        type: 'NodePort',
      },
      status: { loadBalancer: {} },
    },
  ],
  [
    'create deployment',
    'azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50Eq4BCiAKA3dlYhIAGgFoIgAqADIAOABCAFoKCgNhcHASA3dlYhJ8CAISDAoKCgNhcHASA3dlYhpiChwKABIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEkISJAoFbmdpbngSB25naW54OjEqAEIAagByAIABAIgBAJABAKIBABoAMgBCAEoAUgBYAGAAaACCAQCKAQCaAQDCAQAiAgoAKAA4ABoMCAAQABgAIAAoADgAGgAiAA==',
    {
      kind: 'Deployment',
      apiVersion: 'apps/v1',
      metadata: { name: 'web', namespace: 'h', creationTimestamp: null, labels: { app: 'web' } },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { creationTimestamp: null, labels: { app: 'web' } },
          spec: { containers: [{ name: 'nginx', image: 'nginx:1', resources: {} }] },
        },
        strategy: {},
      },
      status: {},
    },
  ],
  [
    'create ingress',
    'azhzAAofChRuZXR3b3JraW5nLms4cy5pby92MRIHSW5ncmVzcxJJChIKAWkSABoBaCIAKgAyADgAQgASLxotCgdmb28uY29tEiIKIAoeCgQvYmFyEg8iDQoEc3ZjMRIFCgAQkD8aBUV4YWN0GgIKABoAIgA=',
    {
      kind: 'Ingress',
      apiVersion: 'networking.k8s.io/v1',
      metadata: { name: 'i', namespace: 'h', creationTimestamp: null },
      spec: {
        rules: [
          {
            host: 'foo.com',
            http: {
              paths: [
                { path: '/bar', pathType: 'Exact', backend: { service: { name: 'svc1', port: { number: 8080 } } } },
              ],
            },
          },
        ],
      },
      status: { loadBalancer: {} },
    },
  ],
  [
    'create quota',
    'azhzAAoTCgJ2MRINUmVzb3VyY2VRdW90YRIlChIKAXESABoBaCIAKgAyADgAQgASDQoLCgRwb2RzEgMKATEaABoAIgA=',
    {
      kind: 'ResourceQuota',
      apiVersion: 'v1',
      metadata: { name: 'q', namespace: 'h', creationTimestamp: null },
      spec: { hard: { pods: '1' } },
      status: {},
    },
  ],
]

describe('protobuf bodies', () => {
  test.each(sent)('kubectl %s', (_command, body, object) => {
    const { apiVersion, kind, value } = decodeProtobuf(Buffer.from(body, 'base64'))
    expect(decodeObject(apiVersion, kind, value)).toEqual(object)
  })

  test('what is no protobuf, cut or of an unknown kind is refused', () => {
    const deployment = Buffer.from(sent[3]?.[1] ?? '', 'base64')
    expect(() => decodeProtobuf(Buffer.from('{}'))).toThrow(DecodeError)
    expect(() => decodeProtobuf(deployment.subarray(0, -9))).toThrow('unexpected EOF')
    const unknown = Buffer.concat([Buffer.from('k8s\0\n\x07\n\x02v1\x12\x01X')])
    expect(() => decodeProtobuf(unknown)).toThrow('no kind "X" is registered for version "v1"')
  })

  test('any bytes are decoded or refused', () => {
    const head = Buffer.from('k8s\0\n\x0f\n\x02v1\x12\tConfigMap\x12')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const body = Buffer.concat([head, Buffer.from([bytes.length]), bytes])
        try {
          expect(decodeProtobuf(body).kind).toBe('ConfigMap')
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError)
        }
      }),
    )
  })
})
