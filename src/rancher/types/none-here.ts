import { V3Error } from '../answer/failure.ts'
import type { V3Type } from '../schema/v3-type.ts'

/**
 * Types of which there are none, because nothing here could make one. Rancher's own clients ask for them before they do
 * anything else: its Terraform provider for the images of RKE, `rancher nodes` for the node pools.
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
