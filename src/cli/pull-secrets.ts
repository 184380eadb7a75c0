import type { KubeClient } from '../kube/index.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { podTemplateOf } from '../model/pod-template.ts'
import { parseDockerConfig, type DockerConfig } from '../registry/index.ts'
import type { WorkloadName } from '../rollout/index.ts'

interface PodSpec {
  imagePullSecrets?: { name: string }[]
  serviceAccountName?: string
}

/** What the kubelet would pull with: the pod's own secrets, then its service account's. Those we may not read are left out. */
export async function pullSecretConfigs(
  client: KubeClient,
  { kind, namespace }: WorkloadName,
  workload: KubeObject,
  signal: AbortSignal,
): Promise<DockerConfig[]> {
  const { imagePullSecrets = [], serviceAccountName = 'default' } = (podTemplateOf(kind, workload).spec ??
    {}) as PodSpec
  const root = `/api/v1/namespaces/${encodeURIComponent(namespace)}`
  const account = await readable(
    client.get(`${root}/serviceaccounts/${encodeURIComponent(serviceAccountName)}`, { signal }),
    signal,
  )
  const { imagePullSecrets: inherited = [] } = (account ?? {}) as PodSpec
  // a pod that names secrets does not inherit any (the ServiceAccount admission plugin)
  const names = (imagePullSecrets.length > 0 ? imagePullSecrets : inherited).map(({ name }) => name)
  const secrets = await Promise.all(
    names.map((name) => readable(client.get(`${root}/secrets/${encodeURIComponent(name)}`, { signal }), signal)),
  )
  return secrets.flatMap((secret) => configIn(secret) ?? [])
}

function configIn(secret: KubeObject | undefined): DockerConfig | undefined {
  const { data = {} } = (secret ?? {}) as { data?: Record<string, string> }
  const text = data['.dockerconfigjson'] ?? data['.dockercfg']
  return text === undefined ? undefined : parseDockerConfig(Buffer.from(text, 'base64').toString())
}

async function readable<T>(answer: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return answer.catch(() => {
    signal.throwIfAborted()
    return undefined
  })
}
