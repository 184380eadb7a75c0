import { type Fields, fieldsOf, isFields, listOf, textOf } from './mapping/rows.ts'

export interface State {
  state: string
  transitioning: 'yes' | 'no' | 'error'
  transitioningMessage: string
}

/** Conditions that mean trouble while True. */
const troubles = new Set([
  'OutOfDisk',
  'MemoryPressure',
  'DiskPressure',
  'NetworkUnavailable',
  'KernelHasNoDeadlock',
  'Unschedulable',
  'ReplicaFailure',
])

/** Conditions that mean in progress while Unknown, and failed while False. */
const steps: Readonly<Record<string, string>> = {
  Active: 'activating',
  AddonDeploy: 'provisioning',
  AgentDeployed: 'provisioning',
  BackingNamespaceCreated: 'configuring',
  Built: 'building',
  CertsGenerated: 'provisioning',
  ConfigOK: 'configuring',
  Created: 'creating',
  CreatorMadeOwner: 'configuring',
  DefaultNamespaceAssigned: 'configuring',
  DefaultNetworkPolicyCreated: 'configuring',
  DefaultProjectCreated: 'configuring',
  Deployed: 'deploying',
  DockerProvisioned: 'provisioning',
  Downloaded: 'downloading',
  Drained: 'draining',
  Inactive: 'deactivating',
  InitialRolesPopulated: 'activating',
  Initialized: 'initializing',
  Installed: 'installing',
  NodesCreated: 'provisioning',
  Pending: 'pending',
  PodScheduled: 'scheduling',
  Processed: 'processed',
  Provisioned: 'provisioning',
  Refreshed: 'refreshed',
  Registered: 'registering',
  Removed: 'removing',
  RunCompleted: 'running',
  Saved: 'saving',
  ScalingActive: 'pending',
  AbleToScale: 'pending',
  Updated: 'updating',
  Updating: 'updating',
  Upgraded: 'upgrading',
  Waiting: 'waiting',
  etcd: 'provisioning',
}

/** Conditions that mean in progress while False. */
const goals: Readonly<Record<string, string>> = {
  Completed: 'activating',
  Ready: 'unavailable',
  Available: 'updating',
  Progressing: 'inactive',
}

interface Judgement {
  state: string
  error: boolean
  transitioning: boolean
  messages: Set<string>
}

/** Rancher's summary of any object, from its conditions, phase and deletion. */
export function readState(object: Fields, now: number): State {
  const judgement: Judgement = { state: '', error: false, transitioning: false, messages: new Set() }
  const conditions = conditionsOf(object)
  judgeTroubles(conditions, judgement)
  judgeSteps(conditions, judgement)
  judgeGoals(conditions, judgement)
  judgePhase(textOf(fieldsOf(object['status'])['phase']), judgement)
  judgeDeletion(fieldsOf(object['metadata']), conditions, now, judgement)
  return {
    state: (judgement.state || 'active').toLowerCase(),
    transitioning: judgement.error ? 'error' : judgement.transitioning ? 'yes' : 'no',
    transitioningMessage: [...judgement.messages].join('; '),
  }
}

function conditionsOf(object: Fields): Fields[] {
  const own = listOf(fieldsOf(object['status'])['conditions'])
  const text = fieldsOf(fieldsOf(object['metadata'])['annotations'])['cattle.io/status']
  if (typeof text !== 'string') return own
  try {
    const status: unknown = JSON.parse(text)
    return [...own, ...listOf(isFields(status) ? status['conditions'] : undefined)]
  } catch {
    return own
  }
}

/** Empty messages count, so a text may start with its semicolon. */
function say(judgement: Judgement, { message }: Fields): void {
  judgement.messages.add(textOf(message))
}

function judgeTroubles(conditions: readonly Fields[], judgement: Judgement): void {
  const failed = conditions.find(
    ({ type, status, reason }) =>
      ((type === 'Failed' || type === 'Progressing') && status === 'False') || reason === 'Error',
  )
  const found = failed
    ? [failed]
    : conditions.filter(({ type, status }) => troubles.has(textOf(type)) && status === 'True')
  for (const condition of found) {
    judgement.error = true
    say(judgement, condition)
  }
}

function judgeSteps(conditions: readonly Fields[], judgement: Judgement): void {
  for (const condition of conditions) {
    const state = lookUp(steps, condition)
    if (state === undefined) continue
    if (condition['status'] === 'False') {
      judgement.error = true
      judgement.state = state
      say(judgement, condition)
    } else if (condition['status'] === 'Unknown' && judgement.state === '') {
      judgement.transitioning = true
      judgement.state = state
      say(judgement, condition)
    }
  }
}

function judgeGoals(conditions: readonly Fields[], judgement: Judgement): void {
  for (const condition of conditions) {
    if (judgement.state !== '') return
    const state = lookUp(goals, condition)
    if (state === undefined) continue
    const { status } = condition
    if (status !== 'False' && status !== 'Unknown') continue
    if (status === 'False') judgement.transitioning = true
    else judgement.error = true
    judgement.state = state
    say(judgement, condition)
  }
}

function lookUp(table: Readonly<Record<string, string>>, { type }: Fields): string | undefined {
  const name = textOf(type)
  return Object.hasOwn(table, name) ? table[name] : undefined
}

function judgePhase(phase: string, judgement: Judgement): void {
  if (phase === 'Succeeded') {
    judgement.state = 'succeeded'
    judgement.transitioning = false
  } else if (phase !== '' && judgement.state === '') judgement.state = phase
}

const stuckAfterMs = 5 * 60_000

function judgeDeletion(
  { deletionTimestamp, finalizers }: Fields,
  conditions: readonly Fields[],
  now: number,
  judgement: Judgement,
): void {
  if (typeof deletionTimestamp !== 'string') return
  judgement.state = 'removing'
  judgement.transitioning = true
  for (const condition of conditions) {
    const isPending = condition['status'] === 'Unknown' || condition['status'] === 'False'
    if (condition['type'] === 'Removed' && isPending && condition['message']) say(judgement, condition)
  }
  const [first] = Array.isArray(finalizers) ? finalizers.map(String) : []
  if (first === undefined) return
  const name = first === 'foregroundDeletion' ? 'object cleanup' : first.replace(/^controller\.cattle\.io\//, '')
  judgement.messages.add(`waiting on ${name}`)
  if (now - Date.parse(deletionTimestamp) > stuckAfterMs) judgement.error = true
}

/** Kinds with pod counts in the status: desired and ready. */
const counted: Readonly<Record<string, readonly [wanted: string, ready: string]>> = {
  deployment: ['replicas', 'readyReplicas'],
  statefulset: ['replicas', 'readyReplicas'],
  daemonset: ['desiredNumberScheduled', 'numberReady'],
}

/** A workload's state: the summary and, if that is fine, whether all pods are ready. */
export function readWorkloadState(kind: string, object: Fields, now: number): State {
  const state = readState(object, now)
  const numbers = counted[kind]
  if (state.transitioning !== 'no' || !numbers) return state
  const status = fieldsOf(object['status'])
  const [wanted, ready] = numbers.map((name) => status[name])
  if (wanted === undefined || ready === undefined || wanted === ready) return state
  return { state: 'updating', transitioning: 'yes', transitioningMessage: 'upgrading workload' }
}
