/** An address as a number of so many bits. */
export interface Address {
  value: bigint
  bits: 32 | 128
}

export function parseAddress(text: string): Address | undefined {
  const [value, bits] = text.includes(':') ? ([parseSix(text), 128] as const) : ([parseFour(text), 32] as const)
  return value === undefined ? undefined : { value, bits }
}

function parseFour(text: string): bigint | undefined {
  const parts = text.split('.')
  const valid = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)
  return valid ? parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n) : undefined
}

/** `::` stands for as many zeros as are missing; the last two groups may be an address of 32 bits. */
function parseSix(text: string): bigint | undefined {
  const halves = text.split('::').map(groupsOf)
  const [before, after = []] = halves
  if (!before || halves.length > 2 || halves.includes(undefined)) return undefined
  const missing = 8 - before.length - after.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  return [...before, ...Array<bigint>(missing).fill(0n), ...after].reduce((sum, group) => (sum << 16n) | group, 0n)
}

function groupsOf(text: string): bigint[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  const last = parseFour(parts.at(-1) ?? '')
  const groups = (last === undefined ? parts : parts.slice(0, -1)).map((part) =>
    /^[0-9a-fA-F]{1,4}$/.test(part) ? BigInt(`0x${part}`) : undefined,
  )
  if (last !== undefined) groups.push(last >> 16n, last & 0xffffn)
  return groups.includes(undefined) ? undefined : (groups as bigint[])
}

export interface Network {
  /** The first of its addresses. */
  address: Address
  prefix: number
}

/** `10.0.0.0/8`, `fd00::/8`. */
export function parseNetwork(text: string): Network | undefined {
  const [before = '', length = '', ...rest] = text.split('/')
  const address = parseAddress(before)
  const prefix = Number(length)
  if (!address || rest.length > 0 || !/^\d{1,3}$/.test(length) || prefix > address.bits) return undefined
  const host = BigInt(address.bits - prefix)
  return { address: { ...address, value: (address.value >> host) << host }, prefix }
}

export function isStrictlyWithin({ address, prefix }: Network, other: Network): boolean {
  if (address.bits !== other.address.bits || prefix <= other.prefix) return false
  const host = BigInt(address.bits - other.prefix)
  return address.value >> host === other.address.value >> host
}
