import type { KubeObject } from './resource.ts'

/** Rules for administrators and for everyone (the roles system:basic-user, discovery and public-info-viewer). */
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

/** A review that asks whether an action is allowed: always yes. */
function whether(kind: string, namespaced = false): AccessReview {
  return { kind, namespaced, review: (object) => ({ ...head(object, kind), status: { allowed: true } }) }
}

/** Access reviews by resource. Whoever reaches the embedded cluster may do everything: keys are checked before. */
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
