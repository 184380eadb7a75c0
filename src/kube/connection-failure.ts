import { DroverError } from '../model/errors.ts'

/** What Node calls the ways in which a certificate is not good enough (OpenSSL's X509_V_ERR_* and Node's own). */
const untrusted: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is from an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT: 'the issuer of its certificate is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the issuer of its certificate is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is from an authority that is not trusted here',
  CERT_SIGNATURE_FAILURE: 'its certificate is not signed by the authority that it names',
  CERT_UNTRUSTED: 'its certificate is not trusted',
  CERT_REJECTED: 'its certificate is rejected',
  CERT_REVOKED: 'its certificate is revoked',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet (is a clock wrong?)',
  CERT_CHAIN_TOO_LONG: 'its chain of certificates is too long',
  INVALID_CA: 'its certificate is issued by one that is no authority',
  INVALID_PURPOSE: 'its certificate is not meant for a server',
  PATH_LENGTH_EXCEEDED: 'its chain of certificates is longer than its authority allows',
  HOSTNAME_MISMATCH: 'its certificate is for another host',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
}

const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the host name could not be looked up',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'it did not answer in time',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS there; is it http://?',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS there; is it http://?',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'it asks for a client certificate',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'it does not trust our client certificate',
  HPE_INVALID_CONSTANT: 'it does not speak HTTP there; is it https://?',
}

/** A failed connection in our words; the cause is kept. Never names credentials, only the host. */
export function connectionFailure(error: unknown, { host, hostname }: Pick<URL, 'host' | 'hostname'>): DroverError {
  if (error instanceof DroverError) return error
  const { code = '', message } = innermost(error)
  const distrust = untrusted[code]
  if (distrust !== undefined) {
    const asked = /another host/.test(distrust) ? ` than ${hostname}` : ''
    return new DroverError('UNTRUSTED', `${host} is not trusted: ${distrust}${asked}`, { cause: error })
  }
  return new DroverError('UNREACHABLE', `cannot reach ${host}: ${unreachable[code] ?? message}`, { cause: error })
}

/** Node wraps the attempts on several addresses of one host in an AggregateError. */
function innermost(error: unknown): NodeJS.ErrnoException {
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error
  return inner instanceof Error ? inner : new Error(String(inner))
}
