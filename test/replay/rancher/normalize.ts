import { isObject, rewrite } from '../compare.ts'

const uid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g
const token = /\btoken-[bcdfghjklmnpqrstvwxz2456789]{5}\b(:[bcdfghjklmnpqrstvwxz2456789]{54})?/g
const user = /\bu(ser)?-[a-z0-9]{5}\b/g
const machine = /\bmachine-[a-z0-9]{5}\b/g
/** A pod-template-hash, a random suffix, or both. */
const generated = /-(?:[bcdfghjklmnpqrstvwxz2456789]{6,10}-)?[bcdfghjklmnpqrstvwxz2456789]{5,10}(?![0-9a-z])/g
const address = /\b10\.4[0-9]\.\d+\.\d+\b/g

/** Members that a newer Kubernetes adds or omits, or that are specific to a server. */
const dropped = new Set([
  'resourceVersion',
  'selfLink',
  'managedFields',
  'generation',
  'deprecated.daemonset.template.generation',
  'ipFamilies',
  'ipFamilyPolicy',
  'clusterIPs',
  'internalTrafficPolicy',
  'kubernetes.io/metadata.name',
])

/**
 * Replaces what necessarily differs between two servers and clusters. Values named in `asked`, the request's text, are
 * kept.
 */
export function normalize(body: unknown, asked: string): unknown {
  return rewrite(body, (value, path) => {
    const name = path.at(-1) ?? ''
    if (dropped.has(name) || (name === 'maxSurge' && path.includes('updateStrategy'))) return undefined
    if (name === 'serverAddress') return '<address>'
    // column descriptions differ between versions of Kubernetes
    if (name === 'description' && path.includes('columnDefinitions')) return undefined
    if (isObject(value) && value['type'] === 'cluster') return { ...value, conditions: byType(value['conditions']) }
    if (name.endsWith('TS') && typeof value === 'number') return '<ms>'
    if (name === 'nodePort' || (name === 'port' && Number(value) >= 30000)) {
      return asked.includes(String(value)) ? value : '<port>'
    }
    if (name === 'deployment.kubernetes.io/revision') return '<revision>'
    if (name === 'preemptionPolicy' && value === 'PreemptLowerPriority') return undefined
    if (name === 'observedGeneration') return '<generation>'
    if (isObject(value) && Object.keys(value).length === 0 && name === 'status') return undefined
    return typeof value === 'string' ? normalizeText(value, asked) : value
  })
}

/** Conditions of a cluster, which controllers write in any order. */
function byType(conditions: unknown): unknown {
  if (!Array.isArray(conditions)) return conditions
  return Object.fromEntries(conditions.filter(isObject).map((one) => [String(one['type']), one]))
}

function normalizeText(text: string, asked: string): string {
  return text
    .replaceAll('a lowercase RFC 1123', 'a DNS-1123')
    .replaceAll('batch/v1beta1', 'batch/v1')
    .replaceAll('(*v1.LabelSelector)(nil)', '"null"')
    .replace(/(is unrecognized \(must be of type \w+\): ).*/s, '$1<parser>')
    .replace(/core\.PodTemplateSpec\{.*\}/s, '<template>')
    .replace(/(cannot be handled as an? \w+): .*/s, '$1')
    .replace(/kubeconfig-[a-z]+-[a-z0-9]{5}(-[a-z0-9]{5})?:[a-z0-9]{54}/, '<token>')
    .replace(/(certificate-authority-data: ")[^"]*/, '$1PEM')
    .replace(/-----BEGIN CERTIFICATE-----.*-----END CERTIFICATE-----\n?/s, 'PEM')
    .replace(/^(Get|Post|Put|Patch|Delete) "[^"]*": .*/s, '<no answer>')
    .replace(/^failed to retrieve auth token, error: &url\.Error.*/s, 'must authenticate')
    .replace(uid, '<uid>')
    .replace(time, '<time>')
    .replace(token, '<token>')
    .replace(user, '<user>')
    .replace(machine, '<machine>')
    .replace(/("port":)3\d{4}/g, '$1<port>')
    .replace(generated, (found) => (asked.includes(found) ? found : '-<generated>'))
    .replace(address, (found) => (asked.includes(found) ? found : '<address>'))
}

/** Headers that matter to clients; the others belong to the connection. */
const compared = ['content-type', 'expires', 'x-api-schemas', 'x-content-type-options', 'location', 'x-frame-options']

export function normalizeHeaders(headers: Iterable<readonly [string, unknown]>): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of headers) {
    // duplicates count once; of pages only the content type is compared
    if (!compared.includes(name.toLowerCase())) continue
    const said = [...new Set(String(value).split(/, ?/))].join(', ')
    kept[name.toLowerCase()] = said.replace(/^text\/html;.*/, 'text/html')
  }
  return kept
}
