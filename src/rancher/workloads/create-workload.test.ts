import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { workloadKinds } from '../../model/workload-kinds.ts'
import { schemas } from '../schema/schemas.ts'
import { validateBody } from '../schema/validate.ts'
import { Compactor } from './mapping/compact.ts'
import { kindOfBody, newWorkload } from './create-workload.ts'
import { workloadExchanges } from './mapping/recorded-pairs.fixture.ts'
import { fieldsOf, isFields, valueAt } from './mapping/rows.ts'

const folder = new URL('../../../test/recordings/rancher-2.4.3/', import.meta.url)
const reads = workloadExchanges().filter(({ method, after, file }) => method === 'GET' && after && /-pair-/.test(file))

/** The request, and the object right afterwards. */
const creations = readdirSync(folder)
  .filter((file) => /-pair-.*-create\.json$/.test(file))
  .flatMap((file) => {
    const { request, response } = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
    const id = fieldsOf(response.body)['id']
    const read = reads.find(
      ({ file: other }) => other.replace(/^\d+/, '') === file.replace(/^\d+/, '').replace('-create', '-get'),
    )
    return response.status === 201 && read?.after && id ? [{ file, body: request.body, after: read.after }] : []
  })

/** Written by Kubernetes and its controllers, or decided outside the mapping. */
const ignored = new Set([
  'status',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'selfLink',
  'imagePullSecrets',
  'nodeName',
  'deployment.kubernetes.io/revision',
  'deprecated.daemonset.template.generation',
  'field.cattle.io/publicEndpoints',
  'workload.cattle.io/state',
  'field.cattle.io/creatorId',
  'controller-uid',
  'job-name',
  'finalizers',
])

/** Whether the recorded object contains everything we write; it also has Kubernetes' defaults. */
function missing(written: unknown, recorded: unknown, path = ''): string[] {
  if (Array.isArray(written) && Array.isArray(recorded) && written.length === recorded.length) {
    return written.flatMap((item, index) => missing(item, recorded[index], `${path}.${index}`))
  }
  if (isFields(written) && (isFields(recorded) || Object.keys(written).length === 0)) {
    const there = fieldsOf(recorded)
    return Object.keys(written).flatMap((key) =>
      ignored.has(key) ? [] : missing(written[key], there[key], `${path}.${key}`),
    )
  }
  // Kubernetes drops values equal to their absence, or stores its default
  if (!written && (recorded === undefined || path.includes('Probe.'))) return []
  return JSON.stringify(written) === JSON.stringify(recorded) ? [] : [`${path}: ${JSON.stringify(written)}`]
}

/** Only the spec and annotations are compared: Kubernetes chooses the API version. */
function comparable({ metadata, spec }: KubeObject) {
  return { metadata, spec }
}

test.each(creations.map((creation) => [creation.file, creation] as const))('%s', (file, { body, after }) => {
  const schema = schemas.project.byId('workload')
  if (!schema) throw new Error('no schema')
  const checked = validateBody(schemas.project, schema, body, 'create')
  const kind = file.includes('-via-statefulsets-') ? 'statefulset' : kindOfBody(checked)
  const own = schemas.project.byId(workloadKinds[kind].v3Type) ?? schema
  const made = newWorkload(kind, checked, 'user-x', new Compactor(schemas.project, own))
  expect(missing(comparable(made), comparable(after))).toEqual([])
})

function created(body: object): KubeObject {
  const schema = schemas.project.byId('workload')
  if (!schema) throw new Error('no schema')
  const web = { name: 'web', namespaceId: 'default', containers: [{ name: 'web', image: 'nginx' }] }
  const checked = validateBody(schemas.project, schema, { ...web, ...body }, 'create')
  return newWorkload('deployment', checked, 'user-x', new Compactor(schemas.project, schema))
}

const container = (more: object) => ({ containers: [{ name: 'web', image: 'nginx', ...more }] })

test.each([
  [container({ uid: null }), 'spec.template.spec.containers', [{ securityContext: { runAsUser: null } }]],
  [container({ postStart: null }), 'spec.template.spec.containers', [{ lifecycle: { postStart: null } }]],
  [container({ procMount: '' }), 'spec.template.spec.containers', [{ securityContext: { procMount: '' } }]],
  [container({ ports: [] }), 'spec.template.metadata.annotations', { 'field.cattle.io/ports': '[null]' }],
  [container({ ports: null }), 'spec.template.metadata.annotations', undefined],
  [{ workloadMetrics: null }, 'spec.template.metadata.annotations', { 'field.cattle.io/workloadMetrics': 'null' }],
  [{ dnsConfig: {} }, 'spec.template.spec.dnsConfig', {}],
  [{ dnsConfig: { searches: [] } }, 'spec.template.spec.dnsConfig', { searches: [] }],
  [{ scheduling: { node: { requireAll: [] } } }, 'spec.template.spec.affinity', {}],
  [{ selector: { matchLabels: null } }, 'spec.selector', { matchLabels: null }],
  [{ workloadAnnotations: null }, 'metadata.annotations', undefined],
  [{}, 'metadata.annotations', { 'field.cattle.io/creatorId': 'user-x' }],
])('a new workload keeps what was sent, null and empty included: %j', (body, path, expected) => {
  const found = valueAt(created(body), path)
  if (expected === undefined) expect(found).toBeUndefined()
  else expect(found).toMatchObject(expected)
})
