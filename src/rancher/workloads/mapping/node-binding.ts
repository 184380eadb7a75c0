import type { ClusterView } from '../../kubernetes/cluster-view.ts'
import { V3Error } from '../../answer/failure.ts'
import { nodeId, nodesPath } from '../../types/nodes.ts'
import { type Fields, fieldsOf, hasAt, setAt, textOf, valueAt } from './rows.ts'
import { nodeState, nodeStateAnnotation } from './scheduling.ts'

const nodeIdPath = 'scheduling.node.nodeId'

/** Binds the template to the node with the given v3 id. An unchanged value keeps a binding made by kubectl. */
export async function bindToNode(cluster: ClusterView, body: Fields, today: Fields, template: Fields): Promise<void> {
  const spec = fieldsOf(template['spec'])
  // Kubernetes' nodeName has a field of its own, which applies if nothing else is said about nodes
  if (hasAt(body, 'nodeId') && !hasAt(body, 'scheduling.node')) spec['nodeName'] = textOf(body['nodeId'])
  if (!hasAt(body, nodeIdPath)) return
  const wanted = textOf(valueAt(body, nodeIdPath))
  if (wanted === textOf(valueAt(today, nodeIdPath))) return
  if (wanted === '') {
    delete spec['nodeName']
    return
  }
  const nodes = await cluster.watched(nodesPath)
  const names = [...nodes.all()].map(({ metadata }) => metadata.name ?? '')
  const name = names.find((one) => nodeId(cluster.id, one) === wanted)
  if (name === undefined) {
    throw new V3Error('InvalidReference', `node ${wanted} not found`, { fieldName: 'scheduling' })
  }
  spec['nodeName'] = name
  const metadata = fieldsOf(template['metadata'])
  template['metadata'] = metadata
  const annotations = fieldsOf(metadata['annotations'])
  setAt(metadata, 'annotations', {
    ...annotations,
    [nodeStateAnnotation]: nodeState(annotations, name, wanted),
  })
}
