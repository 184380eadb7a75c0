import { schemas } from '../../src/rancher/schemas.ts'
import { validateBody } from '../../src/rancher/validate.ts'
import { Compactor } from '../../src/rancher/workloads/compact.ts'
import { newWorkload } from '../../src/rancher/workloads/create-workload.ts'
import { parseWorkloadId, v3WorkloadKinds, workloadPath } from '../../src/rancher/workloads/workload-path.ts'
import { isObject } from './compare.ts'
import { endpointsText, ownersOf, podStatusOf, serviceOf, statusOf } from './rancher-documents.ts'
import type { Kubernetes } from './rancher-kubernetes.ts'
import { background, type RecordedObjects } from './rancher-objects.ts'

type Json = Record<string, unknown>

const publicEndpoints = 'field.cattle.io/publicEndpoints'

/** Makes what was there of the documents that show it, where no recording shows the objects themselves. */
export class FromDocuments {
  readonly #kubernetes: Kubernetes
  readonly #objects: RecordedObjects

  constructor(kubernetes: Kubernetes, objects: RecordedObjects) {
    this.#kubernetes = kubernetes
    this.#objects = objects
  }

  /** Brings the workloads of these namespaces to those that a whole list shows: what is missing is made from its document. */
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
          else if (!owned) await this.#drop(workloadPath(kind, namespace, String(metadata['name'])))
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

  async #drop(path: string): Promise<void> {
    await this.#kubernetes.ask('PATCH', path, { metadata: { finalizers: null } }, 'application/merge-patch+json')
    await this.#kubernetes.ask('DELETE', path, background)
  }

  /**
   * What controllers and Rancher's upkeep had come to when a document was answered, which happens at a pace of its own: the
   * status and the annotation of the public endpoints. The rest of the object stays.
   */
  async show(document: Json): Promise<void> {
    const { kind, namespace, name } = parseWorkloadId(String(document['id']))
    const path = workloadPath(kind, namespace, name)
    const { body } = await this.#kubernetes.ask('GET', path)
    if (!isObject(body) || body['kind'] === 'Status') return
    const text = endpointsText(document) ?? null
    const { annotations } = body['metadata'] as Json
    if (
      ((isObject(annotations) && annotations[publicEndpoints]) ?? null) !== text &&
      document['publicEndpoints'] !== null
    ) {
      const change = { metadata: { annotations: { [publicEndpoints]: text } } }
      await this.#kubernetes.ask('PATCH', path, change, 'application/merge-patch+json')
    }
    const patch = { status: null }
    await this.#kubernetes.ask('PATCH', `${path}/status`, patch, 'application/merge-patch+json')
    const { body: cleared } = await this.#kubernetes.ask('GET', path)
    if (isObject(cleared))
      await this.#kubernetes.ask('PUT', `${path}/status`, { ...cleared, status: statusOf(document) })
  }

  /** Brings the services or pods of these namespaces to those that a whole list shows. */
  async gatherObjects(
    plural: 'services' | 'pods',
    documents: readonly Json[],
    namespaces: readonly string[],
  ): Promise<void> {
    for (const namespace of namespaces) {
      const collection = `/api/v1/namespaces/${namespace}/${plural}`
      const { body } = await this.#kubernetes.ask('GET', collection)
      const items = isObject(body) && Array.isArray(body['items']) ? body['items'].filter(isObject) : []
      for (const { metadata } of items as { metadata: Json }[]) {
        await this.#kubernetes.ask('DELETE', `${collection}/${String(metadata['name'])}?gracePeriodSeconds=0`)
      }
    }
    for (const document of documents) await (plural === 'pods' ? this.makePod(document) : this.makeService(document))
  }

  async makeService(document: Json): Promise<void> {
    const collection = `/api/v1/namespaces/${String(document['namespaceId'])}/services`
    await this.#kubernetes.ask('POST', collection, serviceOf(document))
  }

  /** A pod is read as a template is, so a template is made of its document; its owners are made as far as it names them. */
  async makePod(document: Json): Promise<void> {
    const schema = schemas.project.byId('deployment')
    if (!schema) return
    const [namespace, name] = String(document['id']).split(':')
    const { scheduling, nodeId: node, annotations, labels } = document
    const { node: _node, ...kept } = (scheduling ?? {}) as Json
    const body = validateBody(schemas.project, schema, { ...document, scheduling: kept }, 'create')
    const made = newWorkload(
      'deployment',
      { ...body, selector: { matchLabels: { a: 'b' } } },
      '',
      new Compactor(schemas.project, schema),
    )
    const { metadata, spec } = (made.spec?.['template'] ?? {}) as { metadata: Json; spec: Json }
    const marks = { ...(annotations as Json), ...(metadata['annotations'] as Json) }
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
    await this.#objects.put({ collection: `/api/v1/namespaces/${namespace}/pods`, name: name ?? '' }, pod)
  }

  /** The ReplicaSet between a pod and its Deployment. */
  async #makeOwner({ workloadId, ownerReferences, labels, namespaceId }: Json): Promise<void> {
    const [owner] = Array.isArray(ownerReferences) ? ownerReferences.filter(isObject) : []
    const [kind, , name] = String(workloadId).split(':')
    if (owner?.['kind'] !== 'ReplicaSet' || kind !== 'deployment') return
    const collection = workloadPath('replicaset', String(namespaceId))
    const above = { apiVersion: 'apps/v1', kind: 'Deployment', name, controller: true, uid: owner['uid'] }
    const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'app' }] } }
    await this.#kubernetes.ask('POST', collection, {
      metadata: { name: owner['name'], ownerReferences: [above] },
      spec: { replicas: 0, selector: { matchLabels: labels }, template },
    })
  }

  /** Makes a workload from the document of it, where no recording shows the object itself. */
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

/** Names of ports that an action changed, the node that was named, and the time, are as the document has them. */
function shownAs({ containers, annotations, created }: Json, made: Json): Json {
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
  const state = isObject(annotations) ? annotations['workload.cattle.io/state'] : undefined
  const copy = JSON.parse(text) as { metadata: Json; spec: { template: { spec: Json } } }
  const [node] = typeof state === 'string' ? Object.keys(JSON.parse(state) as Json) : []
  if (node !== undefined) copy.spec.template.spec['nodeName'] = Buffer.from(node, 'base64').toString()
  copy.metadata['creationTimestamp'] = created
  return copy
}

function portName(name: string): RegExp {
  return new RegExp(`(name\\\\*":\\\\*")${name}(\\\\*")`, 'g')
}

function portNames({ ports }: Json): string[] {
  return Array.isArray(ports) ? ports.filter(isObject).map(({ name }) => (typeof name === 'string' ? name : '')) : []
}

/** The annotation that the document's public endpoints were read from. */
function endpointsOf({ publicEndpoints }: Json): Record<string, string> {
  if (publicEndpoints === null) return { 'field.cattle.io/publicEndpoints': 'null' }
  if (!Array.isArray(publicEndpoints)) return {}
  const endpoints = publicEndpoints.filter(isObject).map(({ serviceId, nodeId: node, ingressId, podId, ...rest }) => {
    const names = { serviceName: serviceId, nodeName: node, ingressName: ingressId, podName: podId }
    return { ...rest, ...Object.fromEntries(Object.entries(names).filter(([, id]) => typeof id === 'string')) }
  })
  return { 'field.cattle.io/publicEndpoints': JSON.stringify(endpoints) }
}
