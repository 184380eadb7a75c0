import type { KubeObject } from './resource.ts'

/** What an administrator may do, and what everyone may (the roles system:basic-user, discovery and public-info-viewer). */
const resourceRules = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  {
    verbs: ['create'],
    apiGroups: ['authorization.k8s.io'],
    resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
  },
]

const health = ['/healthz', '/livez', '/readyz', '/version', '/version/']
const documents = ['/api', '/api/*', '/apis', '/apis/*', '/healthz', '/livez', '/openapi', '/openapi/*']
const nonResourceRules = [
  { verbs: ['*'], nonResourceURLs: ['*'] },
  { verbs: ['get'], nonResourceURLs: [...documents, '/readyz', '/version', '/version/'] },
  { verbs: ['get'], nonResourceURLs: health },
]

export const reviewVersion = 'authorization.k8s.io/v1'

export interface AccessReview {
  kind: string
  namespaced: boolean
  review: (object: KubeObject) => KubeObject
}

const head = (object: KubeObject, kind: string): KubeObject => ({
  kind,
  apiVersion: reviewVersion,
  metadata: { ...object.metadata, creationTimestamp: null },
  spec: object.spec ?? {},
})

/** Whether somebody may do something: yes. */
function whether(kind: string, namespaced = false): AccessReview {
  return { kind, namespaced, review: (object) => ({ ...head(object, kind), status: { allowed: true } }) }
}

/**
 * What a caller may do, by the resource that answers it. Whoever reaches the embedded cluster may do everything: the keys
 * are looked at before.
 */
export const accessReviews: Readonly<Record<string, AccessReview>> = {
  localsubjectaccessreviews: whether('LocalSubjectAccessReview', true),
  selfsubjectaccessreviews: whether('SelfSubjectAccessReview'),
  selfsubjectrulesreviews: {
    kind: 'SelfSubjectRulesReview',
    namespaced: false,
    review: (object) => ({
      ...head(object, 'SelfSubjectRulesReview'),
      spec: {},
      status: { resourceRules, nonResourceRules, incomplete: false },
    }),
  },
  subjectaccessreviews: whether('SubjectAccessReview'),
}
