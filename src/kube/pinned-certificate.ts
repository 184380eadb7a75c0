import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { DroverError } from '../model/errors.ts'

/**
 * Parses a pin into 64 lower-case hex digits. Accepts a `sha256:` prefix and colons between bytes, as openssl prints
 * them.
 */
export function parsePin(text: string): string {
  const hex = text
    .trim()
    .replace(/^sha-?256[:=/]/i, '')
    .replaceAll(':', '')
    .toLowerCase()
  if (/^[0-9a-f]{64}$/.test(hex)) return hex
  throw new DroverError('INVALID', 'a pin is sha256: and the 64 hex digits of a certificate’s SHA-256 fingerprint')
}

/** The pin of a certificate: `sha256:…`. */
export function pinOf(certificate: X509Certificate): string {
  return `sha256:${fingerprint(certificate)}`
}

/** Raises UNTRUSTED unless the certificates sent by the server satisfy the pin. */
export function refuseUnpinned(socket: TLSSocket, pin: string, host: string): void {
  const chain = certificatesOf(socket)
  const problem = pinProblem(chain, pin, host, Date.now())
  if (problem === undefined) return
  throw new DroverError('UNTRUSTED', `${host} is not trusted: ${problem}`)
}

/**
 * Why a chain does not satisfy a pin; undefined if it does. `now` is in ms since the epoch.
 * A pin of the server's own certificate identifies its key, so names are ignored; validity dates are not. A pin of a CA
 * identifies only the CA: every certificate below it must be signed by the one above, be within its validity, and be a
 * CA if it signs another; the last must be the server's, for this host.
 */
export function pinProblem(
  chain: readonly X509Certificate[],
  pin: string,
  host: string,
  now: number,
): string | undefined {
  const [leaf, ...sent] = chain
  if (!leaf) return 'it sent no certificate'
  let current = leaf
  const above = new Set(sent)
  for (;;) {
    const problem = dateProblem(current, now)
    if (problem !== undefined) return problem
    if (fingerprint(current) === pin) break
    const issuer = [...above].find((one) => one.ca && current.checkIssued(one) && current.verify(one.publicKey))
    if (!issuer) return `no certificate that it sent has the fingerprint sha256:${pin}; its own has ${pinOf(leaf)}`
    above.delete(issuer)
    current = issuer
  }
  if (current === leaf || isFor(leaf, host)) return undefined
  return `its certificate is for another host than ${host} (${leaf.subjectAltName ?? 'it names none'})`
}

function isFor(certificate: X509Certificate, host: string): boolean {
  const address = host.replace(/^\[|\]$/g, '')
  return (isIP(address) ? certificate.checkIP(address) : certificate.checkHost(address)) !== undefined
}

function dateProblem({ validFrom, validTo }: X509Certificate, now: number): string | undefined {
  if (now < Date.parse(validFrom)) return `its certificate is not valid before ${validFrom}`
  return now > Date.parse(validTo) ? `its certificate has expired on ${validTo}` : undefined
}

function fingerprint({ fingerprint256 }: X509Certificate): string {
  return fingerprint256.replaceAll(':', '').toLowerCase()
}

/** The server's certificate followed by the issuers it sent. A root is its own issuer. */
function certificatesOf(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = []
  const seen = new Set<string>()
  let certificate = socket.getPeerX509Certificate()
  while (certificate && !seen.has(certificate.fingerprint256)) {
    seen.add(certificate.fingerprint256)
    chain.push(certificate)
    certificate = certificate.issuerCertificate
  }
  return chain
}
