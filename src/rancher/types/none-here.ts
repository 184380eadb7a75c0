import { V3Error } from '../answer/failure.ts'
import type { V3Type } from '../schema/v3-type.ts'

/**
 * Types that are always empty, since nothing here creates them. Rancher's clients request them first: its Terraform
 * provider the images of RKE, `rancher nodes` the node pools.
 */
export const typesWithoutObjects: readonly V3Type[] = [
  withoutObjects('nodePool', 'nodepools'),
  withoutObjects('rkeK8sSystemImage', 'rkek8ssystemimages'),
]

function withoutObjects(id: string, plural: string): V3Type {
  return {
    id,
    scope: 'management',
    store: {
      list: async () => [],
      get: async (_call, name) => {
        throw new V3Error('NotFound', `${plural}.management.cattle.io "${name}" not found`)
      },
    },
  }
}
