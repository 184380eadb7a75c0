import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { V3Error } from '../answer/failure.ts'
import type { Fields } from '../workloads/mapping/rows.ts'

/** Raises unless chain and key match: otherwise whatever serves them would fail much later. */
export function requirePair(certs: string, key: string): void {
  matching(certificatesIn(certs), privateKey(key))
}

/** Describes the certificate of the key; without a key, or a certificate for it, the first one. */
export function describeCertificate(certs: string, key: string | undefined): Fields {
  try {
    const chain = certificatesIn(certs)
    const own = key === undefined ? undefined : chain.find((one) => one.checkPrivateKey(createPrivateKey(key)))
    const certificate = own ?? chain[0]
    return certificate ? describe(certificate) : {}
  } catch {
    return {}
  }
}

function describe(certificate: X509Certificate): Fields {
  const { subject, issuer, fingerprint, validFrom, validTo, serialNumber, publicKey, raw } = certificate
  return {
    ...algorithmOf(publicKey),
    certFingerprint: fingerprint,
    cn: commonName(subject),
    issuer: commonName(issuer),
    issuedAt: timeText(validFrom),
    expiresAt: timeText(validTo),
    serialNumber: BigInt(`0x${serialNumber}`).toString(),
    subjectAlternativeNames: alternativeNames(certificate),
    version: String(versionOf(raw)),
  }
}

/** In bytes; constant for elliptic curves, as in Rancher. */
function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): Fields {
  if (asymmetricKeyType === 'ec') return { algorithm: 'ECC', keySize: '256' }
  return { algorithm: 'RSA', keySize: String((asymmetricKeyDetails?.modulusLength ?? 0) / 8) }
}

function commonName(name: string): string {
  return /^CN=(.*)$/m.exec(name)?.[1] ?? ''
}

function timeText(text: string): string {
  return new Date(text).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** Hosts, then addresses. */
function alternativeNames({ subjectAltName }: X509Certificate): string[] | null {
  const named = (kind: string) =>
    (subjectAltName ?? '').split(', ').flatMap((name) => (name.startsWith(kind) ? [name.slice(kind.length)] : []))
  const names = [...named('DNS:'), ...named('IP Address:')]
  return names.length > 0 ? names : null
}

/** In the certificate's bytes a version stands in front, unless it is the first. */
function versionOf(raw: Buffer): number {
  const contents = (at: number) => at + 2 + ((raw[at + 1] ?? 0) >= 0x80 ? (raw[at + 1] ?? 0) - 0x80 : 0)
  const start = contents(contents(0))
  return raw[start] === 0xa0 ? (raw[start + 4] ?? 0) + 1 : 1
}

const block = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g

function certificatesIn(certs: string): X509Certificate[] {
  try {
    return (certs.match(block) ?? []).map((pem) => new X509Certificate(pem))
  } catch {
    throw refusal('failed to parse certificate')
  }
}

function privateKey(key: string): KeyObject {
  if (!/-----BEGIN [A-Z ]+-----/.test(key)) throw refusal('failed to decode key: not valid pem format')
  try {
    return createPrivateKey(key)
  } catch {
    throw refusal('failed to parse key: key must be PEM encoded EC, PKCS1, or PKCS8')
  }
}

function matching(chain: readonly X509Certificate[], key: KeyObject): void {
  if (!chain.some((one) => one.checkPrivateKey(key))) throw refusal('failed to find cert that matched private key')
}

function refusal(message: string): V3Error {
  return new V3Error('InvalidBodyContent', message, { fieldName: 'certs' })
}
