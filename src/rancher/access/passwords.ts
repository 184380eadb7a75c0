import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { V3Error } from '../answer/failure.ts'

interface Cost {
  /** Exponent of scrypt's N. */
  logN: number
  r: number
  p: number
}

/** 128 MiB and about half a second per attempt. */
const cost: Cost = { logN: 17, r: 8, p: 1 }
const keyLength = 32

/** Derivations run one at a time, so that many logins cost time rather than memory; beyond this queue length, 429. */
const longestQueue = 32
let queue: Promise<unknown> = Promise.resolve()
let waiting = 0

/** Returns `scrypt$17$8$1$<salt>$<key>`, salt and key in base64. */
export async function hashPassword(password: string, { logN = cost.logN }: { logN?: number } = {}): Promise<string> {
  const salt = randomBytes(16)
  const own = { ...cost, logN }
  const key = await inTurn(() => derive(password, salt, own))
  return ['scrypt', own.logN, own.r, own.p, salt.toString('base64'), key.toString('base64')].join('$')
}

/** Takes as long for an unknown user (no hash) as for a wrong password. */
export async function matchesPassword(password: string, hash: string | undefined): Promise<boolean> {
  const parsed = hash === undefined ? undefined : parseHash(hash)
  const { own, salt, key } = parsed ?? { own: cost, salt: Buffer.alloc(16), key: Buffer.alloc(keyLength) }
  const given = await inTurn(() => derive(password, salt, own))
  return timingSafeEqual(given, key) && parsed !== undefined
}

function parseHash(hash: string): { own: Cost; salt: Buffer; key: Buffer } | undefined {
  const [scheme, logN, r, p, salt = '', key = ''] = hash.split('$')
  const own = { logN: Number(logN), r: Number(r), p: Number(p) }
  const decoded = Buffer.from(key, 'base64')
  const usable = scheme === 'scrypt' && own.logN > 0 && own.logN <= 20 && decoded.length === keyLength
  return usable ? { own, salt: Buffer.from(salt, 'base64'), key: decoded } : undefined
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (waiting >= longestQueue) throw new V3Error('TooManyRequests', 'too many attempts to log in; try again later')
  waiting++
  const turn = queue.then(work)
  queue = turn.catch(() => undefined)
  try {
    return await turn
  } finally {
    waiting--
  }
}

function derive(password: string, salt: Buffer, { logN, r, p }: Cost): Promise<Buffer> {
  const options = { N: 2 ** logN, r, p, maxmem: 256 * r * 2 ** logN }
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, keyLength, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
}
