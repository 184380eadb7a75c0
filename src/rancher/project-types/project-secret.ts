import type { KubeObject } from '../../model/kube-object.ts'
import { projectAnnotation } from '../kubernetes/cluster-view.ts'
import type { Watched } from '../kubernetes/watched.ts'

/** Of an original, which is kept beside the server's state: the name it has in its project. */
export const nameAnnotation = 'drover.dev/secret-name'

/** On a copy in a namespace of the project: Rancher's mark, `"true"`, which its own copies have too. */
export const projectSecretAnnotation = 'secret.user.cattle.io/secret'

/** On a copy that this server made: the name of the original's object. Other copies are not its to change. */
export const copyAnnotation = 'drover.dev/copy-of'

/** The project whose secret it is the original of. */
export function originalProject({ metadata: { annotations = {} } }: KubeObject): string | undefined {
  return annotations[nameAnnotation] === undefined ? undefined : annotations[projectAnnotation]
}

/** The name that an original has in its project, and its copies have in their namespaces. */
export function projectSecretName({ metadata }: KubeObject): string {
  return metadata.annotations?.[nameAnnotation] ?? ''
}

export function originalsOf(secrets: Watched, projectId: string | undefined): KubeObject[] {
  return [...secrets.all()].filter((one) => projectId !== undefined && originalProject(one) === projectId)
}
