import type { Api } from '../verbs/api.ts'
import { kubelet, type KubeletOptions } from '../pods/kubelet.ts'
import { bootstrap } from './bootstrap.ts'
import { systemClock, type Clock } from './clock.ts'
import { runController, type Context, type Controller, type Running } from './controller.ts'
import { cronJobController } from './cron-job.ts'
import { daemonSetController } from './daemon-set.ts'
import { deploymentController } from './deployment/controller.ts'
import { disruptionController } from './disruption.ts'
import { endpointsController } from './endpoints.ts'
import { eventExpiry } from './event-expiry.ts'
import { EventRecorder } from './events.ts'
import { garbageCollector } from './garbage.ts'
import { jobController } from './job.ts'
import { namespaceController, type NamespaceOptions } from './namespaces.ts'
import { quotaController } from './quotas.ts'
import { replicaController } from './replica-set.ts'
import { scheduler } from './scheduler.ts'
import { statefulSetController } from './stateful-set.ts'
import { volumeController } from './volumes.ts'
import { View, type Kind } from './view.ts'

export interface ControllersOptions extends KubeletOptions, NamespaceOptions {
  /** Default: the system clock. */
  clock?: Clock
  /** Nodes to create if missing. Default 2. */
  nodes?: number
  /** Called for bugs. Default: a process warning. */
  report?: (controller: string, key: string, error: unknown) => void
}

type Maker = (context: Context, options: ControllersOptions) => Controller

/** Every controller with the kinds it requires; if one is not served, the controller stays idle. */
const makers: readonly [make: Maker, needs: readonly Kind[]][] = [
  [garbageCollector, []],
  [namespaceController, ['Namespace', 'ServiceAccount']],
  [deploymentController, ['Deployment', 'ReplicaSet', 'Pod']],
  [(context) => replicaController(context, 'ReplicaSet'), ['ReplicaSet', 'Pod']],
  [(context) => replicaController(context, 'ReplicationController'), ['ReplicationController', 'Pod']],
  [statefulSetController, ['StatefulSet', 'ControllerRevision', 'Pod']],
  [daemonSetController, ['DaemonSet', 'ControllerRevision', 'Node', 'Pod']],
  [jobController, ['Job', 'Pod']],
  [cronJobController, ['CronJob', 'Job']],
  [volumeController, ['PersistentVolume', 'PersistentVolumeClaim', 'Pod']],
  [scheduler, ['Pod', 'Node']],
  [kubelet, ['Pod']],
  [eventExpiry, []],
  [endpointsController, ['Service', 'Pod', 'Endpoints']],
  [quotaController, ['ResourceQuota']],
  [disruptionController, ['PodDisruptionBudget', 'Pod']],
]

/**
 * Starts the controllers, the scheduler and the simulated kubelets. Resolves once the initial objects exist
 * (namespaces, nodes, the service kubernetes); a large cluster is then read in the background before anything moves.
 * Disposing stops all loops and waits for their writes.
 */
export async function startControllers(api: Api, options: ControllersOptions = {}): Promise<AsyncDisposable> {
  const { clock = systemClock, nodes = 2, report = warn } = options
  await bootstrap(api, nodes, clock.now())
  const view = new View(api)
  const events = new EventRecorder(api, clock)
  const context = { api, view, events, clock, report }
  const running = runAll(context, options)
  const loading = view.load().then(() => running.forEach((controller) => controller.begin()))
  return {
    async [Symbol.asyncDispose]() {
      await loading
      await Promise.all(running.map((controller) => controller[Symbol.asyncDispose]()))
      await events[Symbol.asyncDispose]()
      view[Symbol.dispose]()
    },
  }
}

function runAll(context: Context, options: ControllersOptions): Running[] {
  return makers
    .filter(([, needs]) => needs.every((kind) => context.view.serves(kind)))
    .map(([make]) => runController(make(context, options), context))
}

function warn(controller: string, key: string, error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.emitWarning(`${controller} ${key}: ${text}`, 'ClusterWarning')
}
