import { DroverError } from '../model/errors.ts'

/** Node's codes for certificate failures (OpenSSL's X509_V_ERR_* and Node's own). */
const untrusted: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by a CA that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT: 'the issuer of its certificate is unknown',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the issuer of its certificate is unknown',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by a CA that is not trusted',
  CERT_SIGNATURE_FAILURE: 'the signature of its certificate is invalid',
  CERT_UNTRUSTED: 'its certificate is not trusted',
  CERT_REJECTED: 'its certificate is rejected',
  CERT_REVOKED: 'its certificate is revoked',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet (is a clock wrong?)',
  CERT_CHAIN_TOO_LONG: 'its certificate chain is too long',
  INVALID_CA: 'the issuer of its certificate is not a CA',
  INVALID_PURPOSE: 'its certificate is not a server certificate',
  PATH_LENGTH_EXCEEDED: 'its certificate chain is longer than the CA allows',
  HOSTNAME_MISMATCH: 'its certificate is for another host',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
}

const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the host name could not be resolved',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'it did not answer in time',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS; is it http://?',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS; is it http://?',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'it asks for a client certificate',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'it does not trust our client certificate',
  HPE_INVALID_CONSTANT: 'it does not speak HTTP; is it https://?',
}

/** Translates a connection error; the original is the cause. Names the host, never credentials. */
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

/** For a host with several addresses Node wraps the attempts in an AggregateError. */
function innermost(error: unknown): NodeJS.ErrnoException {
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error
  return inner instanceof Error ? inner : new Error(String(inner))
}
