import { group, systemNamespace } from './state.ts'

/**
 * Manifests that the server needs in the cluster it serves: its namespace, the custom resources for users, projects,
 * settings and roles, and permissions for a server in the cluster. In the order to apply them.
 */
export function manifests(): object[] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: systemNamespace } },
    definition('User', 'users', 'user', [
      column('Username', '.spec.username'),
      column('Admin', '.spec.admin', 'boolean'),
    ]),
    definition('Project', 'projects', 'project', [
      column('Name', '.spec.displayName'),
      column('Cluster', '.spec.clusterId'),
    ]),
    definition('Setting', 'settings', 'setting', [column('Value', '.spec.value')]),
    definition('RoleBinding', 'rolebindings', 'rolebinding', [
      column('User', '.spec.userId'),
      column('Role', '.spec.role'),
      column('Project', '.spec.projectId'),
    ]),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'drover', namespace: systemNamespace } },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'drover' },
      // callers act through the server, so it needs every permission that a key can have
      rules: [
        { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
        { nonResourceURLs: ['*'], verbs: ['*'] },
      ],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'drover' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'drover' },
      subjects: [{ kind: 'ServiceAccount', name: 'drover', namespace: systemNamespace }],
    },
  ]
}

function column(name: string, jsonPath: string, type = 'string') {
  return { name, type, jsonPath }
}

function definition(kind: string, plural: string, singular: string, columns: object[]) {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Cluster',
      names: { kind, plural, singular, listKind: `${kind}List` },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          additionalPrinterColumns: columns,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
            },
          },
        },
      ],
    },
  }
}
