import { DroverError } from '../model/errors.ts'
import type { TargetAddress } from '../rollout/index.ts'
import { openTarget, type OpenedTarget } from './open-target.ts'
import { readConnection, type ConnectionFlags, type Place } from './settings.ts'
import type { Terminal } from './terminal.ts'

/** The clusters that one command is about. Disposing closes those that were opened. */
export interface OpenPlaces extends Disposable {
  /** As the flags name them, in their order: `--context one,two` or `--cluster one,two`. Else the one that the settings lead to. */
  readonly named: readonly Place[]
  /** Opened once, whoever asks. Raises what reading the connection and opening raise. */
  open(place: Place): Promise<OpenedTarget>
}

export function openPlaces(flags: ConnectionFlags, terminal: Terminal): OpenPlaces {
  const named = placesNamed(flags)
  const opened = new Map<string, Promise<OpenedTarget>>()
  const open: OpenedTarget[] = []
  const openOne = async (place: Place) => {
    // an address says where it is, and flags may not contradict it; a place of a file or a list stands for the flag
    const own = place.server === undefined && (place.context ?? place.cluster) !== undefined
    const rest = own ? { ...flags, context: undefined, cluster: undefined } : flags
    const one = await openTarget(await readConnection(rest, terminal, place), terminal)
    open.push(one)
    return one
  }
  return {
    named,
    open(place) {
      const key = JSON.stringify(place)
      const before = opened.get(key)
      if (before) return before
      const opening = openOne(place)
      opened.set(key, opening)
      return opening
    },
    [Symbol.dispose]: () => open.forEach((one) => one[Symbol.dispose]()),
  }
}

function placesNamed({ context, cluster }: ConnectionFlags): Place[] {
  const contexts = listed(context)
  const clusters = listed(cluster)
  if (contexts.length > 1) return contexts.map((one) => ({ context: one }))
  return clusters.length > 1 ? clusters.map((one) => ({ cluster: one })) : [{}]
}

function listed(names = ''): string[] {
  return [...new Set(names.split(',').filter((name) => name !== ''))]
}

/** Where an address says it is, or the places that the flags name. */
export function placesOf({ server, cluster, project }: TargetAddress, { named }: OpenPlaces): readonly Place[] {
  return server === undefined ? named : [{ server, cluster, project }]
}

/** A key is of one server: it must not be sent to another. Raises INVALID. */
export function refuseSeveralServers(addresses: readonly TargetAddress[]): void {
  const servers = [...new Set(addresses.flatMap(({ server }) => server ?? []))]
  if (servers.length <= 1) return
  throw new DroverError(
    'INVALID',
    `these workloads are on several servers (${servers.join(', ')}); give each its own command`,
  )
}
