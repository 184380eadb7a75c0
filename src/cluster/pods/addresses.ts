import type { Node, Pod } from '../controllers/objects.ts'

/** Allocates pod addresses, unique among living pods, from the node's podCIDR (10.42.0.0/16 without one). */
export class PodAddresses {
  readonly #owners = new Map<string, string>()
  readonly #next = new Map<string, number>()

  note({ metadata, status }: Pod): void {
    if (status?.podIP) this.#owners.set(status.podIP, metadata.uid)
  }

  free({ metadata, status }: Pod): void {
    const { podIP } = status ?? {}
    if (podIP && this.#owners.get(podIP) === metadata.uid) this.#owners.delete(podIP)
  }

  /** A free address. Allocation goes round-robin, so that a released address is not reused at once. */
  take({ metadata }: Pod, node: Node | undefined): string {
    const cidr = node?.spec.podCIDR ?? '10.42.0.0/16'
    const { base, size } = range(cidr)
    for (let tried = 0; tried < size; tried += 1) {
      const offset = (this.#next.get(cidr) ?? 2) % size
      this.#next.set(cidr, offset + 1)
      const address = dotted(base + offset)
      if (offset < 2 || offset === size - 1 || this.#owners.has(address)) continue
      this.#owners.set(address, metadata.uid)
      return address
    }
    throw new RangeError(`no address left in ${cidr}`)
  }
}

function range(cidr: string): { base: number; size: number } {
  const [address = '', bits = '32'] = cidr.split('/')
  const base = address.split('.').reduce((value, octet) => value * 256 + Number(octet), 0)
  return { base, size: 2 ** (32 - Number(bits)) }
}

function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.')
}
