import type { Realm } from './realm.ts'
import { projectResourceTypes } from './project-types/project-resources.ts'
import { clusterType } from './types/clusters.ts'
import { authProviderType, localProviderType, publicTokenType } from './types/login.ts'
import { namespaceType } from './types/namespaces.ts'
import { nodeType } from './types/nodes.ts'
import { typesWithoutObjects } from './types/none-here.ts'
import { projectType } from './types/projects.ts'
import { roleBindingTypes } from './types/role-bindings.ts'
import { settingType } from './types/settings.ts'
import { tokenType } from './types/tokens.ts'
import { userType } from './types/users.ts'
import type { V3Type } from './schema/v3-type.ts'
import { type WorkloadOptions, workloadTypes } from './workloads/workload-types.ts'

/** Every served type: the behaviour of each row of schemas/. */
export function v3Types(realm: Realm, workloads: WorkloadOptions): V3Type[] {
  return [
    authProviderType(),
    localProviderType(realm),
    publicTokenType,
    clusterType(realm),
    nodeType(realm),
    projectType(realm),
    settingType(realm),
    tokenType(realm),
    userType(realm),
    ...typesWithoutObjects,
    ...roleBindingTypes(realm),
    namespaceType(realm),
    ...workloadTypes(workloads),
    ...projectResourceTypes,
  ]
}
