import type { KubeObject, RowCondition } from '../resource.ts'
import { at, isRecord, number, record, records, text, type Json } from './read.ts'

/** How `kubectl get pods` sums up a pod (printPod of Kubernetes 1.21, with the sidecars of 1.29). */

const containerStatuses = (object: KubeObject): Json[] => records(at(object, 'status', 'containerStatuses'))
const initStatuses = (object: KubeObject): Json[] => records(at(object, 'status', 'initContainerStatuses'))

const sidecars = (object: KubeObject): string[] =>
  records(at(object, 'spec', 'initContainers'))
    .filter((one) => one['restartPolicy'] === 'Always')
    .map((one) => text(one['name']))

function sidecarStatuses(object: KubeObject): Json[] {
  const names = sidecars(object)
  return initStatuses(object).filter((one) => names.includes(text(one['name'])))
}

/** `ready/all` containers. */
export function podReady(object: KubeObject): string {
  const all = records(at(object, 'spec', 'containers')).length + sidecars(object).length
  const initializing = pendingInit(object) !== undefined
  const serving = [...(initializing ? [] : containerStatuses(object)), ...sidecarStatuses(object)]
  return `${serving.filter((one) => isReady(one)).length}/${all}`
}

export function podRestarts(object: KubeObject): number {
  const statuses =
    pendingInit(object) === undefined
      ? [...containerStatuses(object), ...sidecarStatuses(object)]
      : initStatuses(object)
  return statuses.reduce((sum, one) => sum + number(one['restartCount']), 0)
}

/** The phase, or the most telling reason: `ImagePullBackOff`, `Init:0/1`, `Completed`, `Terminating`. */
export function podStatus(object: KubeObject): string {
  const reason = pendingInit(object) ?? containersReason(object)
  if (object.metadata.deletionTimestamp === undefined) return reason
  return at(object, 'status', 'reason') === 'NodeLost' ? 'Unknown' : 'Terminating'
}

const done: ReadonlyMap<unknown, RowCondition> = new Map([
  [
    'Succeeded',
    { type: 'Completed', status: 'True', reason: 'Succeeded', message: 'The pod has completed successfully.' },
  ],
  ['Failed', { type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' }],
])

/** A pod that is done says so beside its cells. */
export function podRowConditions(object: KubeObject): RowCondition[] {
  const condition = done.get(at(object, 'status', 'phase'))
  return condition ? [condition] : []
}

function isReady(status: Json): boolean {
  return status['ready'] === true && isRecord(at(status, 'state', 'running'))
}

/** The first init container that is not done says so, unless it may still come. */
function pendingInit(object: KubeObject): string | undefined {
  const count = records(at(object, 'spec', 'initContainers')).length
  for (const [index, status] of initStatuses(object).entries()) {
    const terminated = at(status, 'state', 'terminated')
    if (isRecord(terminated)) {
      if (number(terminated['exitCode']) === 0) continue
      return `Init:${exitReason(terminated)}`
    }
    if (status['started'] === true && sidecars(object).includes(text(status['name']))) continue
    const waiting = text(at(status, 'state', 'waiting', 'reason'))
    if (waiting !== '' && waiting !== 'PodInitializing') return `Init:${waiting}`
    return `Init:${index}/${count}`
  }
  return undefined
}

function exitReason(terminated: Json): string {
  const reason = text(terminated['reason'])
  if (reason !== '') return reason
  const signal = number(terminated['signal'])
  return signal === 0 ? `ExitCode:${number(terminated['exitCode'])}` : `Signal:${signal}`
}

function containersReason(object: KubeObject): string {
  const status = record(object.status)
  let reason = text(status['reason']) || text(status['phase'])
  let running = false
  for (const one of containerStatuses(object).reverse()) {
    const { waiting, terminated } = record(one['state'])
    if (isRecord(waiting) && text(waiting['reason']) !== '') reason = text(waiting['reason'])
    else if (isRecord(terminated)) reason = exitReason(terminated)
    else if (isReady(one)) running = true
  }
  if (reason !== 'Completed' || !running) return reason
  const ready = records(status['conditions']).some((one) => one['type'] === 'Ready' && one['status'] === 'True')
  return ready ? 'Running' : 'NotReady'
}
