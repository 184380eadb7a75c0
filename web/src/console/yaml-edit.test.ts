import { expect, test } from 'vitest'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import { editableOf, patchBetween, readYaml, yamlOf } from './yaml-edit.ts'

const object: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'web',
    namespace: 'default',
    uid: '1',
    resourceVersion: '7',
    annotations: { at: '2020-06-22T10:42:46Z', yes: 'true', number: '010' },
  },
  spec: { replicas: 2, template: { spec: { containers: [{ name: 'web', image: 'web:1', args: ['--a: b', '#c'] }] } } },
  status: { replicas: 2 },
}
const base = editableOf(object)

test('YAML survives a round trip, including strings that look like other types', () => {
  expect(readYaml(yamlOf(base), base)).toEqual({ document: base })
  expect(yamlOf(base)).not.toMatch(/status|resourceVersion|uid/)
})

test('sends only the changes, on condition that the old values are unchanged', () => {
  const read = readYaml(yamlOf(base).replace('replicas: 2', 'replicas: 3').replace('web:1', 'web:2'), base)
  expect(patchBetween(base, 'document' in read ? read.document : {})).toEqual([
    { op: 'test', path: '/spec/template/spec/containers/0/image', value: 'web:1' },
    { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'web:2' },
    { op: 'test', path: '/spec/replicas', value: 2 },
    { op: 'replace', path: '/spec/replicas', value: 3 },
  ])
})

test.each([
  ['name: other', 'metadata.name'],
  ['namespace: other', 'metadata.namespace'],
])('%s identifies another object', (line, field) => {
  const text = yamlOf(base).replace(new RegExp(`${line.split(':')[0]}: \\w+`), line)
  expect(readYaml(text, base)).toEqual({ problem: 'another', field })
})

test('reports invalid YAML', () => {
  expect(readYaml('a: [', base)).toMatchObject({ problem: 'syntax' })
  expect(readYaml('just text', base)).toMatchObject({ problem: 'another' })
})
