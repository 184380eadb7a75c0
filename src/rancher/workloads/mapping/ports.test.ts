import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../../model/kube-object.ts'
import { schemas } from '../../schema/schemas.ts'
import { validateBody } from '../../schema/validate.ts'
import { Compactor } from './compact.ts'
import { mergeWorkload } from './merge-workload.ts'
import { namePorts, portsAnnotation } from './ports.ts'
import { readWorkload } from './read-workload.ts'
import { type Fields, fieldsOf, listOf, valueAt } from './rows.ts'

const project = schemas.project
const schema = project.byId('deployment')
if (!schema) throw new Error('no schema')
const compactor = new Compactor(project, schema)

test.each<[Fields, name: string, dnsName: string]>([
  [{ containerPort: 80, protocol: 'TCP', kind: 'ClusterIP', sourcePort: 0 }, '80tcp02', 'web'],
  [{ containerPort: 80, protocol: 'TCP', kind: 'NodePort', sourcePort: 30300 }, '80tcp303001', 'web-nodeport'],
  [{ containerPort: 53, protocol: 'UDP', kind: 'LoadBalancer', sourcePort: 53 }, '53udp533', 'web-loadbalancer'],
  [{ containerPort: 80, protocol: 'TCP', kind: 'HostPort', sourcePort: 8080 }, '80tcp80800', 'web-hostport'],
  [{ containerPort: 80, protocol: 'TCP', kind: 'NodePort' }, '80tcp1', 'web-nodeport'],
  [{ containerPort: 80, kind: 'ClusterIP', name: '80tcp02', protocol: 'TCP', sourcePort: 90 }, '80tcp902', 'web'],
  [{ containerPort: 80, kind: 'NodePort', name: 'http', dnsName: 'web' }, 'http', 'web-nodeport'],
  [{ containerPort: 80, kind: 'NodePort', name: 'http', dnsName: 'mine' }, 'http', 'mine'],
  [{ containerPort: 80, kind: 'NodePort', name: 'http', dnsName: 'Web' }, 'http', 'web-nodeport'],
  [{ containerPort: 80, protocol: 'TCP' }, '80tcp0', 'web-'],
])('%j is named %s, its service %s', (port, name, dnsName) => {
  expect(namePorts([port], 'web')).toEqual([{ ...port, name, dnsName }])
})

function withPorts(containers: Fields[], annotations?: Fields): KubeObject {
  const template = { metadata: annotations ? { annotations } : {}, spec: { containers } }
  return { metadata: { name: 'web', namespace: 'default' }, spec: { template } }
}

function documentOf(object: KubeObject): Fields {
  return readWorkload('deployment', object, 'local:p', 0)
}

function put(object: KubeObject, body: unknown): Fields {
  const checked = validateBody(project, project.byId('workload') ?? schema!, body, 'update')
  const merge = {
    kind: 'deployment',
    object,
    today: documentOf(object),
    body: checked,
    compactor,
    replace: false,
  } as const
  return fieldsOf(valueAt(mergeWorkload(merge), 'spec.template'))
}

function annotated(template: Fields): unknown {
  const text = fieldsOf(valueAt(template, 'metadata.annotations'))[portsAnnotation]
  return typeof text === 'string' ? JSON.parse(text) : undefined
}

describe('a PUT', () => {
  const port = { containerPort: 80, protocol: 'TCP' }
  const made = withPorts([
    { name: 'a', image: 'a', ports: [port] },
    { name: 'b', image: 'b' },
  ])

  test("that adds a port names the container's ports and stores them in the annotation", () => {
    const added = { containerPort: 81, protocol: 'UDP', kind: 'NodePort' }
    const containers = listOf(documentOf(made)['containers']).map((one) =>
      one['name'] === 'a' ? { ...one, ports: [...listOf(one['ports']), added] } : one,
    )
    const template = put(made, { containers })
    expect(valueAt(template, 'spec.containers')).toMatchObject([
      { ports: [port, { containerPort: 81, protocol: 'UDP', name: '81udp1' }] },
      { name: 'b' },
    ])
    expect(annotated(template)).toMatchObject([[{ name: '80tcp2' }, { name: '81udp1', dnsName: 'web-nodeport' }]])
  })

  test('shows the port of the node that a container takes', () => {
    const ports = [{ containerPort: 80, kind: 'HostPort', name: 'x', protocol: 'TCP', sourcePort: 8080 }]
    const template = put(made, { containers: [{ name: 'a', image: 'a', ports }] })
    expect(valueAt(template, 'spec.containers')).toMatchObject([{ ports: [{ hostPort: 8080, containerPort: 80 }] }])
    expect(annotated(template)).toMatchObject([[{ hostPort: 8080, sourcePort: 8080, dnsName: 'web-hostport' }]])
  })

  const nodePort = { containerPort: 90, dnsName: 'web-nodeport', kind: 'NodePort', name: 'x', protocol: 'TCP' }
  const marked = { [portsAnnotation]: JSON.stringify([[nodePort]]), note: 'kept' }
  const shifted = withPorts(
    [
      { name: 'a', image: 'a' },
      { name: 'b', image: 'b', ports: [{ name: 'x', containerPort: 90, protocol: 'TCP' }] },
    ],
    marked,
  )

  test("of one container keeps the annotation's ports of the others, even if a read misses them", () => {
    const containers = listOf(documentOf(shifted)['containers']).map((one) =>
      one['name'] === 'a' ? { ...one, ports: [{ containerPort: 80, kind: 'ClusterIP', name: 'y' }] } : one,
    )
    expect(annotated(put(shifted, { containers }))).toMatchObject([[{ name: 'y', dnsName: 'web' }], [nodePort]])
  })

  test('of annotations keeps the port annotation while there are ports', () => {
    expect(valueAt(put(shifted, { annotations: { own: '1' } }), 'metadata.annotations')).toEqual({
      own: '1',
      [portsAnnotation]: marked[portsAnnotation],
    })
  })

  test('that removes the ports removes their annotation if it sends the annotations too', () => {
    const containers = [{ name: 'b', image: 'b' }]
    const alone = valueAt(put(shifted, { containers }), 'metadata.annotations')
    expect(alone).toEqual(marked)
    const both = valueAt(put(shifted, { containers, annotations: { note: 'kept' } }), 'metadata.annotations')
    expect(both).toEqual({ note: 'kept' })
  })

  test('with a duplicate name is refused; existing duplicates can be sent back', () => {
    const object = withPorts([{ name: 'a', image: 'a', ports: [port, port] }])
    expect(put(object, documentOf(object))).toEqual(fieldsOf(object.spec?.['template']))
    const ports = [
      { containerPort: 80, name: 'x' },
      { containerPort: 81, name: 'x' },
    ]
    expect(() => put(made, { containers: [{ name: 'a', image: 'a', ports }] })).toThrow(
      'Duplicated port kind=<nil>, conainerPort=81, protcol=<nil>',
    )
  })
})
