import { describe, expect, it } from 'vitest'
import { shapeOf, type Shape } from '../schema/index.ts'
import { applyConfiguration, type ApplyRequest } from './apply.ts'
import type { JsonObject } from './json-value.ts'
import { trackFields, type ManagedFieldsEntry } from './managed-fields.ts'

const now = '2026-11-23T01:55:58Z'
const configMaps = shapeOf('v1', 'ConfigMap') as Shape
const deployments = shapeOf('apps/v1', 'Deployment') as Shape

interface Applied {
  metadata: { managedFields?: ManagedFieldsEntry[] }
  data?: JsonObject
  [field: string]: unknown
}

function apply(
  live: JsonObject | undefined,
  data: unknown,
  manager: string,
  more: Partial<ApplyRequest> = {},
): Applied {
  const configuration = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'ac' }, data }
  const request = { configuration, manager, force: false, apiVersion: 'v1', now, shape: configMaps, ...more }
  return (applyConfiguration({ ...request, live }) ?? live) as Applied
}

function owned({ metadata }: Applied): Record<string, unknown> {
  return Object.fromEntries((metadata.managedFields ?? []).map((entry) => [entry.manager, entry.fieldsV1]))
}

describe('applyConfiguration', () => {
  it('owns exactly what it names', () => {
    expect(owned(apply(undefined, { a: '1', b: '1' }, 'm1'))).toEqual({ m1: { 'f:data': { 'f:a': {}, 'f:b': {} } } })
  })

  it('changes nothing when applied again', () => {
    const first = apply(undefined, { a: '1' }, 'm1')
    const configuration = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'ac' }, data: { a: '1' } }
    const request = { configuration, manager: 'm1', force: false, apiVersion: 'v1', now, shape: configMaps }
    expect(applyConfiguration({ ...request, live: first })).toBeUndefined()
  })

  it('shares equal values, refuses different ones, and takes over by force', () => {
    const first = apply(undefined, { a: '2', b: '1' }, 'm1')
    expect(owned(apply(first, { a: '2' }, 'm2'))).toEqual({
      m1: { 'f:data': { 'f:a': {}, 'f:b': {} } },
      m2: { 'f:data': { 'f:a': {} } },
    })
    expect(() => apply(first, { a: '3' }, 'm2')).toThrow('Apply failed with 1 conflict: conflict with "m1": .data.a')
    expect(() => apply(first, { a: '3', b: '3' }, 'm2')).toThrow(
      'Apply failed with 2 conflicts: conflicts with "m1":\n- .data.a\n- .data.b',
    )
    expect(owned(apply(first, { a: '3' }, 'm2', { force: true }))).toEqual({
      m1: { 'f:data': { 'f:b': {} } },
      m2: { 'f:data': { 'f:a': {} } },
    })
  })

  it('removes what it names no longer, unless somebody else owns it', () => {
    const shared = apply(apply(undefined, { a: '1', b: '1' }, 'm1'), { a: '1' }, 'm2')
    const after = apply(shared, {}, 'm1')
    expect(after.data).toEqual({ a: '1' })
    expect(owned(after)).toEqual({ m1: { 'f:data': {} }, m2: { 'f:data': { 'f:a': {} } } })
  })

  it('tells list items apart by their keys', () => {
    const container = (fields: JsonObject) => ({
      configuration: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'ad' },
        spec: { template: { spec: { containers: [fields] } } },
      },
      apiVersion: 'apps/v1',
      shape: deployments,
    })
    const first = apply(
      undefined,
      undefined,
      'm1',
      container({ name: 'c', image: 'n:1', ports: [{ containerPort: 80 }] }),
    )
    const both = apply(first, undefined, 'm2', container({ name: 'side', image: 'b:1' }))
    const names = (object: Applied) =>
      (object['spec'] as { template: { spec: { containers: { name: string }[] } } }).template.spec.containers.map(
        ({ name }) => name,
      )
    expect(names(both)).toEqual(['c', 'side'])
    expect(owned(first)).toEqual({
      m1: {
        'f:spec': {
          'f:template': {
            'f:spec': {
              'f:containers': {
                'k:{"name":"c"}': {
                  '.': {},
                  'f:name': {},
                  'f:image': {},
                  'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
                },
              },
            },
          },
        },
      },
    })
    expect(() => apply(both, undefined, 'm3', container({ name: 'c', image: 'x' }))).toThrow(
      'conflict with "m1": .spec.template.spec.containers[name="c"].image',
    )
  })

  it.each([
    [{ metadata: {} }, 'Incorrect version specified in apply patch. Specified patch version: , expected: v1'],
    [{ apiVersion: 'v1', metadata: { managedFields: [] } }, 'metadata.managedFields must be nil'],
    [{ apiVersion: 'v1', nosuch: 1 }, 'failed to create typed patch object: .nosuch: field not declared in schema'],
    [
      { apiVersion: 'v1', data: { a: 1 } },
      'failed to create typed patch object: .data.a: expected string, got &value.valueUnstructured{Value:1}',
    ],
  ])('refuses %j', (configuration, message) => {
    expect(() => apply(undefined, {}, 'm1', { configuration })).toThrow(message)
  })
})

describe('trackFields', () => {
  const track = (live: JsonObject | undefined, next: JsonObject, manager: string) =>
    trackFields({ live, next, manager, apiVersion: 'v1', now, shape: configMaps })

  it('gives the creator every field', () => {
    const next = { metadata: { name: 'a', labels: { x: 'y' } }, data: { k: 'v' } }
    expect(track(undefined, next, 'rec')).toEqual([
      {
        manager: 'rec',
        operation: 'Update',
        apiVersion: 'v1',
        time: now,
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:data': { '.': {}, 'f:k': {} },
          'f:metadata': { 'f:labels': { '.': {}, 'f:x': {} } },
        },
      },
    ])
  })

  it('moves what an update changes from its applier to the updater', () => {
    const live = apply(undefined, { a: '1', b: '1' }, 'm1')
    const next = { ...live, data: { a: '1', b: 'u', x: 'y' } }
    const entries = track(live, next, 'upd')
    expect(entries?.map(({ manager, fieldsV1 }) => [manager, fieldsV1])).toEqual([
      ['m1', { 'f:data': { 'f:a': {} } }],
      ['upd', { 'f:data': { 'f:b': {}, 'f:x': {} } }],
    ])
  })

  it('starts over when the writer empties the list, and then leaves the object untracked', () => {
    const live = apply(undefined, { a: '1' }, 'm1')
    expect(track(live, { ...live, metadata: { managedFields: [{}] } }, 'rec')).toBeUndefined()
    expect(track({ metadata: {} }, { metadata: {}, data: { a: '1' } }, 'rec')).toBeUndefined()
  })
})
