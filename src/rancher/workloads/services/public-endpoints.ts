import { type Fields, listOf } from '../mapping/rows.ts'

/** Rancher's list of external endpoints, as JSON, with v3 ids. */
export const publicEndpointsAnnotation = 'field.cattle.io/publicEndpoints'

/** From the annotation's keys to v3's. */
const ids = { serviceName: 'serviceId', nodeName: 'nodeId', podName: 'podId', ingressName: 'ingressId' } as const

/** Undefined without the annotation; null if it is null or cannot be parsed. */
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
