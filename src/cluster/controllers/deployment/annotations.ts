import type { Deployment, Labels, ReplicaSet } from '../objects.ts'
import { maxSurge, wanted } from './sizes.ts'

const prefix = 'deployment.kubernetes.io/'

export const revisionAnnotation = `${prefix}revision`
export const historyAnnotation = `${prefix}revision-history`
const desiredAnnotation = `${prefix}desired-replicas`
const maxAnnotation = `${prefix}max-replicas`

/** Annotations of a Deployment that are not copied to its ReplicaSets. */
const notCopied = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maxAnnotation,
])

/** Characters of revision history kept on a ReplicaSet. */
const historyLength = 2000

export function revisionOf({ metadata }: ReplicaSet | Deployment): number {
  return Number(metadata.annotations?.[revisionAnnotation] ?? 0) || 0
}

export function desiredReplicas({ metadata }: ReplicaSet): number | undefined {
  return count(metadata.annotations?.[desiredAnnotation])
}

/** The Deployment's size including surge as recorded on the ReplicaSet; proportional scaling divides by it. */
export function maxReplicas({ metadata }: ReplicaSet): number | undefined {
  return count(metadata.annotations?.[maxAnnotation])
}

function count(text: string | undefined): number | undefined {
  const number = Number(text)
  return text === undefined || !Number.isInteger(number) ? undefined : number
}

export function sizeAnnotations(deployment: Deployment): Labels {
  return {
    [desiredAnnotation]: String(wanted(deployment)),
    [maxAnnotation]: String(wanted(deployment) + maxSurge(deployment)),
  }
}

/** Annotations of a Deployment's newest ReplicaSet, with at least this revision number. */
export function newestAnnotations(deployment: Deployment, replicaSet: ReplicaSet, revision: number): Labels {
  const own = { ...replicaSet.metadata.annotations }
  for (const [name, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!notCopied.has(name)) own[name] = value
  }
  const old = own[revisionAnnotation]
  if (Number(old ?? 0) >= revision) return own
  if (old !== undefined) own[historyAnnotation] = lengthened(own[historyAnnotation], old)
  return { ...own, [revisionAnnotation]: String(revision) }
}

function lengthened(history: string | undefined, revision: string): string {
  const revisions = history ? history.split(',') : []
  while (revisions.length > 0 && [...revisions, revision].join(',').length > historyLength) revisions.shift()
  return [...revisions, revision].join(',')
}
