import { StatusError } from '../../model/status.ts'
import type { KubeObject, OwnerReference } from '../resource.ts'
import type { Context } from './controller.ts'
import type { Labels, Pod, PodSpec, PodTemplate, Stored } from './objects.ts'

/** A pod to create from a template, with a given name or one generated from a prefix (default: the owner's name). */
export interface PodWish {
  owner: Stored
  reference: OwnerReference
  template: PodTemplate
  component: string
  name?: string
  prefix?: string
  labels?: Labels
  annotations?: Labels
  spec?: Partial<PodSpec>
}

export function describePod({
  owner,
  reference,
  template,
  name,
  labels,
  annotations,
  spec,
  ...wish
}: PodWish): KubeObject {
  const { prefix = `${owner.metadata.name}-` } = wish
  const { metadata = {} } = template
  const allAnnotations = { ...metadata.annotations, ...annotations }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(name ? { name } : { generateName: prefix }),
      namespace: owner.metadata.namespace ?? '',
      labels: { ...metadata.labels, ...labels },
      ...(Object.keys(allAnnotations).length > 0 && { annotations: allAnnotations }),
      ...(metadata.finalizers && { finalizers: metadata.finalizers }),
      ownerReferences: [reference],
    },
    spec: { ...template.spec, ...spec },
  }
}

/** Creates a pod and emits an event on its owner. A refusal is emitted as an event and raised. */
export async function createPod({ view, events }: Context, wish: PodWish): Promise<Pod> {
  const { owner, component } = wish
  try {
    const pod = await view.create('Pod', describePod(wish))
    const message = `Created pod: ${pod.metadata.name}`
    events.record(owner, { component }, { type: 'Normal', reason: 'SuccessfulCreate', message })
    return pod
  } catch (error) {
    if (error instanceof StatusError && !isNamespaceEnding(error)) {
      const message = `Error creating: ${error.message}`
      events.record(owner, { component }, { type: 'Warning', reason: 'FailedCreate', message })
    }
    throw error
  }
}

export async function deletePod({ view, events }: Context, owner: Stored, pod: Pod, component: string): Promise<void> {
  try {
    await view.delete('Pod', pod)
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    const message = `Error deleting: ${error.message}`
    events.record(owner, { component }, { type: 'Warning', reason: 'FailedDelete', message })
    throw error
  }
  const message = `Deleted pod: ${pod.metadata.name}`
  events.record(owner, { component }, { type: 'Normal', reason: 'SuccessfulDelete', message })
}

export function isNamespaceEnding({ status }: StatusError): boolean {
  return status.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') ?? false
}

/** Runs batches of 1, 2, 4, …, so that a refusal that affects all is hit only a few times. */
export async function slowStart(count: number, act: () => Promise<unknown>): Promise<void> {
  let batch = 1
  for (let left = count; left > 0;) {
    const size = Math.min(batch, left)
    const outcomes = await Promise.allSettled(Array.from({ length: size }, act))
    const failure = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failure) throw failure.reason
    left -= size
    batch *= 2
  }
}
