import { schemas } from '../../../src/rancher/schema/schemas.ts'
import { validateBody } from '../../../src/rancher/schema/validate.ts'
import { Compactor } from '../../../src/rancher/workloads/mapping/compact.ts'
import { newWorkload } from '../../../src/rancher/workloads/create-workload.ts'
import { parseWorkloadId, v3WorkloadKinds, workloadPath } from '../../../src/rancher/workloads/workload-path.ts'
import { isObject } from '../compare.ts'
import { claimOf, endpointsText, ownersOf, podStatusOf, secretOf, serviceOf, statusOf } from './documents.ts'
import type { Kubernetes } from './kubernetes.ts'
import type { RecordedObjects } from './objects.ts'

type Json = Record<string, unknown>

const publicEndpoints = 'field.cattle.io/publicEndpoints'
const ports = 'field.cattle.io/ports'
const revision = 'deployment.kubernetes.io/revision'

const objectsFrom = { services: serviceOf, secrets: secretOf, persistentvolumeclaims: claimOf } as const

const container = { name: 'app', image: 'app' }

/** Minimal objects. */
const plainObjects = {
  pods: { spec: { containers: [container] } },
  services: { spec: { ports: [{ port: 80 }] } },
  secrets: {},
  persistentvolumeclaims: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
} as const

export type ListedPlural = keyof typeof plainObjects

/** By kind of a pod's owner: its collection and a minimal object. */
const owners: Readonly<Record<string, OwnerRow>> = {
  ReplicaSet: {
    kind: 'replicaset',
    of: 'Deployment',
    apiVersion: 'apps/v1',
    restartPolicy: 'Always',
    spec: (labels, template) => ({ replicas: 0, selector: { matchLabels: labels }, template }),
  },
  Job: {
    kind: 'job',
    of: 'CronJob',
    apiVersion: 'batch/v1',
    restartPolicy: 'OnFailure',
    spec: (_labels, template) => ({ suspend: true, template }),
  },
}

interface OwnerRow {
  kind: 'replicaset' | 'job'
  of: string
  apiVersion: string
  restartPolicy: string
  spec: (labels: unknown, template: Json) => Json
}

/** Rebuilds objects from v3 documents if no recording shows the objects themselves. */
export class FromDocuments {
  readonly #kubernetes: Kubernetes
  readonly #objects: RecordedObjects

  constructor(kubernetes: Kubernetes, objects: RecordedObjects) {
    this.#kubernetes = kubernetes
    this.#objects = objects
  }

  /** Makes the workloads of these namespaces match a whole list: missing ones are created from their documents. */
  async gather(documents: readonly Json[]): Promise<void> {
    const wanted = new Set(documents.map(({ id }) => String(id)))
    const namespaces = new Set(documents.map(({ namespaceId }) => String(namespaceId)))
    for (const kind of v3WorkloadKinds) {
      for (const namespace of namespaces) {
        const { body } = await this.#kubernetes.ask('GET', workloadPath(kind, namespace))
        const items = isObject(body) && Array.isArray(body['items']) ? body['items'].filter(isObject) : []
        for (const { metadata } of items as { metadata: Json }[]) {
          const id = `${kind}:${namespace}:${String(metadata['name'])}`
          const owned = metadata['ownerReferences'] !== undefined
          if (wanted.has(id)) wanted.delete(id)
          else if (!owned) await this.#objects.drop(workloadPath(kind, namespace, String(metadata['name'])))
        }
      }
    }
    for (const document of documents) {
      const text = JSON.stringify({ ...document, links: null, actions: null })
      const known = this.#objects.madeOf.get(String(document['id'])) === text
      if (wanted.has(String(document['id'])) || !known) await this.make(document)
      else await this.show(document)
      this.#objects.madeOf.set(String(document['id']), text)
    }
  }

  /**
   * Applies what controllers and Rancher's upkeep had done when a document was recorded: the status, and the
   * annotations for public endpoints and revision. The rest of the object stays.
   */
  async show(document: Json): Promise<void> {
    const { kind, namespace, name } = parseWorkloadId(String(document['id']))
    const path = workloadPath(kind, namespace, name)
    const { body } = await this.#kubernetes.ask('GET', path)
    if (!isObject(body) || body['kind'] === 'Status') return
    const text = endpointsText(document) ?? null
    const shown = isObject(document['workloadAnnotations']) ? document['workloadAnnotations'][revision] : undefined
    const annotations = {
      ...(document['publicEndpoints'] !== null && { [publicEndpoints]: text }),
      ...(kind === 'deployment' && { [revision]: shown ?? null }),
    }
    await this.#kubernetes.ask('PATCH', path, { metadata: { annotations } }, 'application/merge-patch+json')
    const patch = { status: null }
    await this.#kubernetes.ask('PATCH', `${path}/status`, patch, 'application/merge-patch+json')
    const { body: cleared } = await this.#kubernetes.ask('GET', path)
    if (isObject(cleared))
      await this.#kubernetes.ask('PUT', `${path}/status`, { ...cleared, status: statusOf(document) })
  }

  /**
   * Makes the objects of these namespaces match a list. `others`: `namespace:name` of objects only known to have been
   * listed.
   */
  async gatherObjects(
    plural: ListedPlural,
    documents: readonly Json[],
    namespaces: Iterable<string>,
    others: readonly string[] = [],
  ): Promise<void> {
    for (const namespace of namespaces) {
      const collection = `/api/v1/namespaces/${namespace}/${plural}`
      const { body } = await this.#kubernetes.ask('GET', collection)
      const items = isObject(body) && Array.isArray(body['items']) ? body['items'].filter(isObject) : []
      for (const { metadata } of items as { metadata: Json }[]) {
        await this.#kubernetes.ask('DELETE', `${collection}/${String(metadata['name'])}?gracePeriodSeconds=0`)
      }
    }
    for (const document of documents) await this.makeListed(plural, document)
    for (const id of others) {
      const [namespace = '', name = ''] = id.split(':')
      const object = { metadata: { name, namespace }, ...plainObjects[plural] }
      await this.#kubernetes.ask('POST', `/api/v1/namespaces/${namespace}/${plural}`, object)
    }
  }

  async makeListed(plural: ListedPlural, document: Json): Promise<void> {
    if (plural === 'pods') return this.makePod(document)
    const collection = `/api/v1/namespaces/${String(document['namespaceId'])}/${plural}`
    const now = this.#kubernetes.clock
    this.#kubernetes.clock = Date.parse(String(document['created'])) || now
    const { status, ...object } = objectsFrom[plural](document)
    const made = await this.#kubernetes.ask('POST', collection, object)
    this.#kubernetes.clock = now
    const path = `${collection}/${String(document['name'])}/status`
    if (status !== undefined && made.status === 201)
      await this.#kubernetes.ask('PATCH', path, { status }, 'application/merge-patch+json')
  }

  /** Creates a pod by treating its document as a template, and its owners as far as it names them. */
  async makePod(document: Json): Promise<void> {
    const schema = schemas.project.byId('deployment')
    if (!schema) return
    const [namespace, name] = String(document['id']).split(':')
    const { scheduling, nodeId: node, annotations, labels } = document
    const { node: shownNode, ...kept } = (scheduling ?? {}) as { node?: Json }
    const { nodeId: _shown, ...wishes } = shownNode ?? {}
    const body = validateBody(schemas.project, schema, { ...document, scheduling: { ...kept, node: wishes } }, 'create')
    const made = newWorkload(
      'deployment',
      { ...body, selector: { matchLabels: { a: 'b' } } },
      '',
      new Compactor(schemas.project, schema),
    )
    const { metadata, spec } = (withPortNames(document, made) as Deployment).spec.template
    // none to be shown although some exist: a document hides them
    const hidden = isObject(annotations) && Object.keys(annotations).length === 0 ? { [ports]: '[[]]' } : {}
    const marks = { ...hidden, ...(annotations as Json), ...(metadata['annotations'] as Json) }
    const text = endpointsText(document)
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name,
        namespace,
        labels,
        annotations: { ...marks, ...(text !== undefined && { [publicEndpoints]: text }) },
        ownerReferences: ownersOf(document),
      },
      spec: { ...spec, ...(node !== null && { nodeName: 'rig-node' }) },
      status: podStatusOf(document),
    }
    await this.#makeOwner(document)
    const { serviceAccountName: account } = spec
    if (account !== undefined) {
      await this.#kubernetes.ask('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, {
        metadata: { name: account },
      })
    }
    const collection = `/api/v1/namespaces/${namespace}/pods`
    await this.#objects.put({ collection, name: name ?? '' }, pod)
    // the deletion is graceful and nothing here completes it
    if (document['removed'] !== undefined) await this.#kubernetes.ask('DELETE', `${collection}/${name}`)
  }

  /** Creates the object between a pod and its workload: a ReplicaSet, or a CronJob's Job. */
  async #makeOwner({ workloadId, ownerReferences, labels, namespaceId }: Json): Promise<void> {
    const [owner] = Array.isArray(ownerReferences) ? ownerReferences.filter(isObject) : []
    const [workloadKind, , name] = String(workloadId).split(':')
    const between = owners[String(owner?.['kind'])]
    if (!owner || !between || workloadKind !== between.of.toLowerCase()) return
    const above = { apiVersion: between.apiVersion, kind: between.of, name, controller: true, uid: owner['uid'] }
    const template = { metadata: { labels }, spec: { containers: [container], restartPolicy: between.restartPolicy } }
    await this.#kubernetes.ask('POST', workloadPath(between.kind, String(namespaceId)), {
      metadata: { name: owner['name'], ownerReferences: [above] },
      spec: between.spec(labels, template),
    })
  }

  /** Deletes the object behind a document at once. */
  async remove(document: Json): Promise<void> {
    const [namespace, name] = String(document['id']).split(':').slice(-2)
    const collection =
      document['type'] === 'pod'
        ? `/api/v1/namespaces/${namespace}/pods`
        : workloadPath(parseWorkloadId(String(document['id'])).kind, namespace)
    await this.#objects.drop(`${collection}/${name}`)
  }

  /** Makes a Deployment's ReplicaSets match these documents. */
  async makeRevisions(documents: readonly Json[]): Promise<void> {
    const [first] = documents
    const [owner] = Array.isArray(first?.['ownerReferences']) ? first['ownerReferences'].filter(isObject) : []
    if (!first || !owner) return
    const collection = workloadPath('replicaset', String(first['namespaceId']))
    const { body } = await this.#kubernetes.ask('GET', collection)
    const items = isObject(body) && Array.isArray(body['items']) ? body['items'].filter(isObject) : []
    for (const { metadata } of items as { metadata: Json }[]) {
      const owners = Array.isArray(metadata['ownerReferences']) ? metadata['ownerReferences'].filter(isObject) : []
      const own = owners.some(({ name }) => name === owner['name'])
      if (own) await this.#objects.drop(`${collection}/${String(metadata['name'])}`)
    }
    for (const document of documents) await this.make(document)
  }

  /** Creates a workload from its document, if no recording shows the object. */
  async make(document: Json): Promise<void> {
    const { kind, namespace, name } = parseWorkloadId(String(document['id']))
    const schema = schemas.project.byId(String(document['type']))
    if (!schema) return
    const body = validateBody(schemas.project, schema, document, 'create')
    const made = newWorkload(kind, body, '', new Compactor(schemas.project, schema))
    made.metadata.labels = document['workloadLabels'] as Record<string, string>
    made.metadata.annotations = {
      ...(document['workloadAnnotations'] as Record<string, string>),
      ...endpointsOf(document),
    }
    made.metadata.ownerReferences = ownersOf(document)
    const status = statusOf(document)
    await this.#objects.put({ collection: workloadPath(kind, namespace), name }, { ...shownAs(document, made), status })
  }
}

/** Takes port names, node name and time from the document. */
function shownAs({ containers, annotations, created }: Json, made: Json): Json {
  const state = isObject(annotations) ? annotations['workload.cattle.io/state'] : undefined
  const copy = withPortNames({ containers }, made) as Deployment
  const [node] = typeof state === 'string' ? Object.keys(JSON.parse(state) as Json) : []
  if (node !== undefined) copy.spec.template.spec['nodeName'] = Buffer.from(node, 'base64').toString()
  copy.metadata['creationTimestamp'] = created
  return copy
}

interface Deployment extends Json {
  metadata: Json
  spec: { template: { metadata: Json; spec: Json } }
}

function withPortNames({ containers }: Json, made: Json): Json {
  const object = JSON.parse(JSON.stringify(made)) as Json
  const template = (object['spec'] as Json)['template']
  if (!isObject(template) || !isObject(template['spec'])) return object
  const [first, ...others] = [template['spec']['containers'], template['spec']['initContainers']].flat()
  const names = Array.isArray(containers) ? containers.filter(isObject).flatMap(portNames) : []
  const drawn = [first, ...others].filter(isObject).flatMap(portNames)
  let text = JSON.stringify(object)
  drawn.forEach((name, at) => {
    const shown = names[at]
    if (name !== shown && name && shown)
      text = text.replace(portName(name), (_all, start: string, end: string) => start + shown + end)
  })
  return JSON.parse(text) as Json
}

function portName(name: string): RegExp {
  return new RegExp(`(name\\\\*":\\\\*")${name}(\\\\*")`, 'g')
}

function portNames({ ports }: Json): string[] {
  return Array.isArray(ports) ? ports.filter(isObject).map(({ name }) => (typeof name === 'string' ? name : '')) : []
}

/** The annotation behind the document's public endpoints. */
function endpointsOf({ publicEndpoints }: Json): Record<string, string> {
  if (publicEndpoints === null) return { 'field.cattle.io/publicEndpoints': 'null' }
  if (!Array.isArray(publicEndpoints)) return {}
  const endpoints = publicEndpoints.filter(isObject).map(({ serviceId, nodeId: node, ingressId, podId, ...rest }) => {
    const names = { serviceName: serviceId, nodeName: node, ingressName: ingressId, podName: podId }
    return { ...rest, ...Object.fromEntries(Object.entries(names).filter(([, id]) => typeof id === 'string')) }
  })
  return { 'field.cattle.io/publicEndpoints': JSON.stringify(endpoints) }
}
