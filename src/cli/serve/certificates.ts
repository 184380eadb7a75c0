import { X509Certificate, randomBytes, webcrypto } from 'node:crypto'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { dirname, join } from 'node:path'
import { DroverError } from '../../model/errors.ts'

export interface KeyPair {
  /** PEM. */
  cert: string
  /** PEM, PKCS #8. */
  key: string
}

export interface ServerCertificates {
  ca: { cert: string; file: string }
  /** The leaf followed by its CA, so that clients can pin the CA. */
  leaf: KeyPair
}

const dayMs = 86_400_000
const caDays = 3650
const leafDays = 397
/** A leaf with less validity left is renewed at start. */
const renewBeforeDays = 30
/** Backdates certificates for clients with slow clocks. */
const backdateMs = 3_600_000

/**
 * The server's certificates: its own CA, created at first start and kept in `directory` (keys readable only by their
 * owner), and a leaf for `hosts`, renewed when it is about to expire or lacks a host. Without a directory both stay in
 * memory; only the CA's certificate is written, to `caFile`, for clients to trust.
 */
export async function serverCertificates(
  place: { directory: string } | { caFile: string },
  hosts: readonly string[],
  now: number,
): Promise<ServerCertificates> {
  if ('caFile' in place) {
    const ca = await makeAuthority(now)
    await writeOwned(place.caFile, ca.cert, 0o644)
    return { ca: { cert: ca.cert, file: place.caFile }, leaf: await makeLeaf(ca, hosts, now) }
  }
  const { directory } = place
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const ca = await kept(
    directory,
    'ca',
    () => true,
    () => makeAuthority(now),
  )
  const leaf = await kept(
    directory,
    'server',
    (pair) => isReusable(pair, ca, hosts, now),
    () => makeLeaf(ca, hosts, now),
  )
  return { ca: { cert: ca.cert, file: join(directory, 'ca.crt') }, leaf }
}

async function kept(
  directory: string,
  name: string,
  good: (pair: KeyPair) => boolean,
  make: () => Promise<KeyPair>,
): Promise<KeyPair> {
  const [certFile, keyFile] = [join(directory, `${name}.crt`), join(directory, `${name}.key`)]
  const old = await readPair(certFile, keyFile)
  if (old && good(old)) return old
  const pair = await make()
  await writeOwned(keyFile, pair.key, 0o600)
  await writeOwned(certFile, pair.cert, 0o644)
  return pair
}

async function readPair(certFile: string, keyFile: string): Promise<KeyPair | undefined> {
  const [cert, key] = await Promise.all([readIfThere(certFile), readIfThere(keyFile)])
  if (cert === undefined || key === undefined) return undefined
  try {
    void new X509Certificate(cert)
    return { cert, key }
  } catch (cause) {
    throw new DroverError('CORRUPT', `${certFile} is not a certificate; delete it to have a new one made`, { cause })
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Writes to a temporary file and renames it, so that a crash leaves either the old or the new file. */
async function writeOwned(file: string, text: string, mode: number): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const fresh = `${file}.${randomBytes(4).toString('hex')}`
  await writeFile(fresh, text, { mode, flag: 'wx' })
  await chmod(fresh, mode)
  await rename(fresh, file)
}

function isReusable({ cert }: KeyPair, ca: KeyPair, hosts: readonly string[], now: number): boolean {
  const leaf = new X509Certificate(cert)
  const left = Date.parse(leaf.validTo) - now
  const names = hosts.every((host) => (isIP(host) ? leaf.checkIP(host) : leaf.checkHost(host)) !== undefined)
  return left > renewBeforeDays * dayMs && names && leaf.verify(new X509Certificate(ca.cert).publicKey)
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** Loads the X.509 library on demand: it takes tens of milliseconds. */
async function x509() {
  const library = await import('@peculiar/x509')
  library.cryptoProvider.set(webcrypto as Crypto)
  return library
}

async function makeAuthority(now: number): Promise<KeyPair> {
  const { BasicConstraintsExtension, KeyUsagesExtension, KeyUsageFlags, X509CertificateGenerator, ...library } =
    await x509()
  const keys = await newKeys()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...terms(now, caDays),
    // The suffix distinguishes the CAs of two servers in one trust store.
    name: `CN=Drover CA ${randomBytes(4).toString('hex')}, O=Drover`,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await library.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return pem(certificate, keys)
}

async function makeLeaf(ca: KeyPair, hosts: readonly string[], now: number): Promise<KeyPair> {
  const library = await x509()
  const issuer = new library.X509Certificate(ca.cert)
  const keys = await newKeys()
  const certificate = await library.X509CertificateGenerator.create({
    ...terms(now, leafDays),
    subject: 'CN=drover, O=Drover',
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey: await authorityKey(ca.key),
    extensions: [
      new library.BasicConstraintsExtension(false),
      new library.KeyUsagesExtension(library.KeyUsageFlags.digitalSignature, true),
      new library.ExtendedKeyUsageExtension([library.ExtendedKeyUsage.serverAuth]),
      new library.SubjectAlternativeNameExtension(
        hosts.map((host) => ({ type: isIP(host) ? ('ip' as const) : ('dns' as const), value: host })),
      ),
      // Python 3.13 rejects a chain without key identifiers.
      await library.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await library.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  })
  const { cert, key } = await pem(certificate, keys)
  return { cert: `${cert}${ca.cert}`, key }
}

function terms(now: number, days: number) {
  return {
    serialNumber: `00${randomBytes(15).toString('hex')}`,
    notBefore: new Date(now - backdateMs),
    notAfter: new Date(now + days * dayMs),
    signingAlgorithm: algorithm,
  }
}

function newKeys() {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

async function pem(certificate: { toString(format: 'pem'): string }, keys: webcrypto.CryptoKeyPair): Promise<KeyPair> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  const lines = der.match(/.{1,64}/g)?.join('\n')
  return {
    cert: `${certificate.toString('pem').trim()}\n`,
    key: `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`,
  }
}

function authorityKey(text: string) {
  const der = Buffer.from(text.replace(/-----[^-]+-----|\s/g, ''), 'base64')
  return webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
}
