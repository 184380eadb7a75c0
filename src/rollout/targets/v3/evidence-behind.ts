import type { KubeClient } from '../../../kube/index.ts'
import { DroverError } from '../../../model/errors.ts'
import type { RolloutSnapshot } from '../../../model/judge/snapshot.ts'
import { kubernetesTarget, readEvents } from '../kubernetes-target.ts'
import type { CallSettings, Target } from '../../target.ts'

/** Timeout in ms for the Kubernetes API behind a Rancher, which may or may not be reachable. */
const patience = 5000

/**
 * Reads events and logs, which v3 does not offer, from the Kubernetes API behind it. Once that proved shut it is not
 * tried again; the verdict says why they are missing.
 */
export function evidenceBehind(client: KubeClient) {
  const narrow = kubernetesTarget({ client })
  let shut: string | undefined
  const ask = async <T>(use: (signal: AbortSignal) => Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
    if (shut !== undefined) throw new DroverError('UNSUPPORTED', shut)
    const late = AbortSignal.timeout(patience)
    try {
      return await use(signal ? AbortSignal.any([signal, late]) : late)
    } catch (error) {
      signal?.throwIfAborted()
      const why = late.aborted ? `no answer within ${patience / 1000} s` : (error as Error).message
      shut = `Rancher’s v3 API does not show them, and the Kubernetes API behind it: ${why}`
      throw new DroverError('UNSUPPORTED', shut, { cause: error })
    }
  }
  return {
    async events(
      namespace: string,
      found: Omit<RolloutSnapshot, 'events'>,
      { signal }: CallSettings,
    ): Promise<Pick<RolloutSnapshot, 'events' | 'eventsUnread'>> {
      try {
        return await ask((until) => readEvents(client, namespace, found, { signal: until }), signal)
      } catch (error) {
        if (!(error instanceof DroverError)) throw error
        return { events: [], eventsUnread: error.message }
      }
    },
    log: (pod, container, options = {}) =>
      ask((until) => narrow.log(pod, container, { ...options, signal: until }), options.signal),
  } satisfies Pick<Target, 'log'> & Record<string, unknown>
}
