import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { oneSchema } from '../answer/builtins.ts'
import { schemas } from './schemas.ts'
import type { Scope } from './v3-type.ts'

interface Recorded {
  response: { body: { data: { id: string }[] } }
}

function recorded(name: string) {
  const url = new URL(`../../../test/recordings/rancher-2.4.3/${name}.json`, import.meta.url)
  const { data } = (JSON.parse(readFileSync(url, 'utf8')) as Recorded).response.body
  return new Map(data.map((schema) => [schema.id, schema]))
}

const base = 'https://127.0.0.1:8443'

/** What our own answer adds: a key for one project. */
const ours = new Set(['token'])

describe.each<[Scope, string, string]>([
  ['management', '163-v3-schemas-json', '/v3'],
  ['cluster', '169-cluster-schemas-json', '/v3/cluster/local'],
  ['project', '166-project-schemas-json', '/v3/project/local:p-wr5kf'],
])('the schemas of scope %s', (scope, recording, context) => {
  test('that are served are those of the genuine server', () => {
    const genuine = recorded(recording)
    const served = schemas[scope].all.filter(({ id, collectionMethods }) => collectionMethods && !ours.has(id))
    expect(served.length).toBeGreaterThan(0)
    for (const { id } of served) {
      expect(JSON.parse(oneSchema(schemas[scope], context, base, id.toUpperCase()).json)).toEqual(genuine.get(id))
    }
  })

  test('refer to nothing that is not there', () => {
    for (const { resourceFields } of schemas[scope].all) {
      for (const { type } of Object.values(resourceFields)) {
        const [id = ''] = type.replace(/^(array\[|map\[)+/, '').split(']')
        if (/^[a-z]\w+$/i.test(id) && !builtin.has(id)) expect(schemas[scope].byId(id), id).toBeDefined()
      }
    }
  })
})

const builtin = new Set(
  'string int float boolean enum date password json base64 intOrString dnsLabel dnsLabelRestricted hostname'.split(' '),
)
