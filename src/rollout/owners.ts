import type { KubeObject } from '../model/kube-object.ts'

/** A system that manages the workload from a description elsewhere. */
export interface Owner {
  /** For example `Argo CD application shop`. */
  name: string
  /** Reverts changes by itself; the others only at their next upgrade. */
  reverts: boolean
  /** What to do instead. */
  instead: string
}

interface OwnerRow {
  system: string
  reverts: boolean
  instead: string
  /** Name of the managing object, or undefined if this system does not manage the workload. */
  find: (labels: Record<string, string>, annotations: Record<string, string>) => string | undefined
}

/** Recognised by the tracking labels and annotations that each system documents. */
const rows: readonly OwnerRow[] = [
  {
    system: 'Argo CD application',
    reverts: true,
    instead: 'change it in its source, or through Argo CD',
    find: (labels, annotations) =>
      annotations['argocd.argoproj.io/tracking-id']?.split(':')[0] ?? labels['argocd.argoproj.io/instance'],
  },
  {
    system: 'Flux HelmRelease',
    reverts: true,
    instead: 'change the values of the HelmRelease',
    find: (labels) => labels['helm.toolkit.fluxcd.io/name'],
  },
  {
    system: 'Flux Kustomization',
    reverts: true,
    instead: 'change it in the source of the Kustomization',
    find: (labels) => labels['kustomize.toolkit.fluxcd.io/name'],
  },
  {
    system: 'Fleet bundle',
    reverts: true,
    instead: 'change it in the repository that Fleet watches',
    find: (labels, annotations) =>
      labels['fleet.cattle.io/bundle-name'] ??
      /^(fleet-\S+)/.exec(annotations['objectset.rio.cattle.io/id'] ?? '')?.[1],
  },
  {
    system: 'Helm release',
    reverts: false,
    instead: 'its next upgrade sets the image from its values',
    find: (labels, annotations) =>
      labels['app.kubernetes.io/managed-by'] === 'Helm'
        ? (annotations['meta.helm.sh/release-name'] ?? 'unnamed')
        : undefined,
  },
]

/** The system that manages the workload, if any. */
export function ownerOf({ metadata }: KubeObject): Owner | undefined {
  const controller = metadata.ownerReferences?.find((reference) => reference.controller)
  if (controller) {
    const name = `${controller.kind.toLowerCase()}/${controller.name}`
    return { name, reverts: true, instead: `change ${name} itself` }
  }
  for (const { system, reverts, instead, find } of rows) {
    const name = find(metadata.labels ?? {}, metadata.annotations ?? {})
    if (name !== undefined) return { name: `${system} ${name}`, reverts, instead }
  }
  return undefined
}
