import type { KubeClient } from '../kube/index.ts'
import type { KubeObject } from '../model/kube-object.ts'

/** A node as far as it matters to what image it can run. */
export interface NodePlace {
  /** `linux/amd64` */
  platform: string
  labels: Readonly<Record<string, string>>
  taints: readonly Taint[]
}

interface Taint {
  key: string
  value?: string
  effect: string
}

interface Toleration {
  key?: string
  operator?: string
  value?: string
  effect?: string
}

interface PodSpec {
  nodeName?: string
  nodeSelector?: Record<string, string>
  tolerations?: Toleration[]
  affinity?: { nodeAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: unknown } }
}

/** The nodes; none where they may not be listed. */
export async function listNodePlaces(client: KubeClient, signal: AbortSignal): Promise<NodePlace[]> {
  const { items } = await client.list('/api/v1/nodes', { signal, query: { limit: 500 } }).catch(() => {
    signal.throwIfAborted()
    return { items: [] }
  })
  return items.flatMap(placeOf)
}

function placeOf({ metadata: { labels = {} }, spec, status }: KubeObject): NodePlace[] {
  const { unschedulable = false, taints = [] } = (spec ?? {}) as { unschedulable?: boolean; taints?: Taint[] }
  const { operatingSystem, architecture } =
    (status as { nodeInfo?: { operatingSystem?: string; architecture?: string } } | undefined)?.nodeInfo ?? {}
  if (unschedulable || !operatingSystem || !architecture) return []
  return [{ platform: `${operatingSystem}/${architecture}`, labels, taints }]
}

/** What stands against running an image of these platforms, by the nodes that may get the pod. */
export interface PlatformGap {
  message: string
  /** Whether it is certain: no such node has a platform of the image, or any of them may get the pod. */
  certain: boolean
}

/** Undefined where nothing does, or nothing is known of the nodes. Node affinity is not looked into: it may keep the pod from the wrong nodes. */
export function platformGap(
  image: readonly string[],
  nodes: readonly NodePlace[],
  template: KubeObject,
): PlatformGap | undefined {
  const spec = (template.spec ?? {}) as PodSpec
  const platforms = [...new Set(nodes.filter((node) => mayRunOn(node, spec)).map(({ platform }) => platform))]
  const lacking = platforms.filter((platform) => !image.includes(platform))
  if (lacking.length === 0) return undefined
  const choosy = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution !== undefined
  const message = `it is for ${image.join(', ')}, and there are nodes of ${lacking.join(', ')}`
  return { message, certain: lacking.length === platforms.length || !choosy }
}

function mayRunOn({ labels, taints }: NodePlace, { nodeSelector = {}, tolerations = [] }: PodSpec): boolean {
  const selected = Object.entries(nodeSelector).every(([key, value]) => labels[key] === value)
  const shut = taints.filter(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute')
  return selected && shut.every((taint) => tolerations.some((toleration) => tolerates(toleration, taint)))
}

/** As the scheduler matches them (k8s.io/api/core/v1/toleration.go). */
function tolerates({ key = '', operator = 'Equal', value = '', effect = '' }: Toleration, taint: Taint): boolean {
  if (effect !== '' && effect !== taint.effect) return false
  if (key === '') return operator === 'Exists'
  return key === taint.key && (operator === 'Exists' || value === (taint.value ?? ''))
}
