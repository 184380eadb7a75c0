import type { KubeObject } from './resource.ts'

const everything = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]

type Review = (object: KubeObject) => KubeObject

const head = (object: KubeObject, kind: string): KubeObject => ({
  kind,
  apiVersion: 'authorization.k8s.io/v1',
  metadata: { ...object.metadata, creationTimestamp: null },
  spec: object.spec ?? {},
})

/**
 * What a caller may do, by the resource that answers it. Whoever reaches the embedded cluster may do everything: the keys
 * are looked at before.
 */
export const accessReviews: Readonly<Record<string, Review>> = {
  selfsubjectaccessreviews: (object) => ({
    ...head(object, 'SelfSubjectAccessReview'),
    status: { allowed: true },
  }),
  selfsubjectrulesreviews: (object) => ({
    ...head(object, 'SelfSubjectRulesReview'),
    status: {
      resourceRules: everything,
      nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
      incomplete: false,
    },
  }),
}
