import type { KubeObject } from '../../model/kube-object.ts'
import { projectAnnotation } from '../kubernetes/cluster-view.ts'
import type { Watched } from '../kubernetes/watched.ts'

/** On an original, stored with the server's state: its name in the project. */
export const nameAnnotation = 'drover.dev/secret-name'

/** On a copy in a namespace: Rancher's own annotation, `"true"`. */
export const projectSecretAnnotation = 'secret.user.cattle.io/secret'

/** On a copy made by this server: the name of the original's object. Other copies are not ours to change. */
export const copyAnnotation = 'drover.dev/copy-of'

/** On an original: the project it belongs to. */
export function originalProject({ metadata: { annotations = {} } }: KubeObject): string | undefined {
  return annotations[nameAnnotation] === undefined ? undefined : annotations[projectAnnotation]
}

/** The name of an original in its project and of its copies in the namespaces. */
export function projectSecretName({ metadata }: KubeObject): string {
  return metadata.annotations?.[nameAnnotation] ?? ''
}

export function originalsOf(secrets: Watched, projectId: string | undefined): KubeObject[] {
  return [...secrets.all()].filter((one) => projectId !== undefined && originalProject(one) === projectId)
}
