import type { Attempts } from './access/attempts.ts'
import type { Keys } from './access/keys.ts'
import type { ClusterView } from './kubernetes/cluster-view.ts'
import type { Binding } from './access/roles.ts'
import type { Project, RoleBinding, Setting, User } from './kubernetes/state.ts'
import type { Watched } from './kubernetes/watched.ts'

/** What the server's own types need: the cluster, and the server's state in it. */
export interface Realm {
  readonly cluster: ClusterView
  readonly clusterName: string
  readonly keys: Keys
  readonly attempts: Attempts
  readonly users: Watched
  readonly projects: Watched
  readonly settings: Watched
  readonly roleBindings: Watched
  readonly secrets: Watched
  /** PEM of the CA that callers need to trust; '' if a public one signed. */
  readonly cacerts: string
  /** Read-only settings from the server's environment, by name. */
  readonly environment: Readonly<Record<string, string>>
  /** When the server was installed here, and its id: the cluster's `created` and `uuid`. */
  readonly installed: { created: string; uid: string }
  now: () => number
}

export function userOf(realm: Realm, id: string): User | undefined {
  return realm.users.get(id) as User | undefined
}

/** By short id: `p-xxxxx`. */
export function projectOf(realm: Realm, id: string): Project | undefined {
  return realm.projects.get(id) as Project | undefined
}

export function settingOf(realm: Realm, name: string): Setting | undefined {
  return realm.settings.get(name) as Setting | undefined
}

export function bindingsOf({ roleBindings }: Realm, userId: string): Binding[] {
  return ([...roleBindings.all()] as RoleBinding[]).map(({ spec }) => spec).filter((spec) => spec.userId === userId)
}
