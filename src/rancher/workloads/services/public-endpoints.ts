import { type Fields, listOf } from '../mapping/rows.ts'

/** Rancher's list of the addresses outside the cluster, as JSON; its names are v3's ids. */
export const publicEndpointsAnnotation = 'field.cattle.io/publicEndpoints'

/** The annotation's key to v3's. */
const ids = { serviceName: 'serviceId', nodeName: 'nodeId', podName: 'podId', ingressName: 'ingressId' } as const

/** Nothing without the annotation; null where it says null or cannot be read. */
export function readPublicEndpoints(annotations: Fields): { publicEndpoints?: Fields[] | null } {
  const text = annotations[publicEndpointsAnnotation]
  if (typeof text !== 'string') return {}
  try {
    const endpoints: unknown = JSON.parse(text)
    return { publicEndpoints: Array.isArray(endpoints) ? listOf(endpoints).map(readEndpoint) : null }
  } catch {
    return { publicEndpoints: null }
  }
}

function readEndpoint(endpoint: Fields): Fields {
  const shown: Fields = {}
  for (const [key, value] of Object.entries(endpoint)) shown[isId(key) ? ids[key] : key] = value
  return shown
}

function isId(key: string): key is keyof typeof ids {
  return Object.hasOwn(ids, key)
}
