import type { Trouble } from './snapshot.ts'
import type { TroubleReason } from './trouble-reasons.ts'

interface PullErrorRow {
  reason: TroubleReason
  patience: Trouble['patience']
  says: RegExp
}

/**
 * Pull failures as worded by containerd, Docker and CRI-O; the first matching row wins. Only an image that does not
 * exist, or not for this platform, is hopeless: registries, credentials and networks recover. "pull access denied,
 * repository does not exist or may require authorization" is a denial, so it precedes "not found".
 */
const pullErrors: readonly PullErrorRow[] = [
  {
    reason: 'ImageDenied',
    patience: 'grace',
    says: /denied|unauthori[sz]ed|authentication required|forbidden|\b40[13]\b/i,
  },
  {
    reason: 'ImagePlatform',
    patience: 'none',
    says: /no match(?:ing manifest)? for|no (?:matching )?(?:manifest|image found in (?:manifest|image index)).* for (?:platform|architecture)|does not match the (?:specified|expected) platform/i,
  },
  { reason: 'ImageRateLimit', patience: 'grace', says: /toomanyrequests|rate limit|\b429\b/i },
  { reason: 'RegistryUntrusted', patience: 'grace', says: /x509|certificate|HTTP response to HTTPS client/i },
  {
    reason: 'RegistryUnreachable',
    patience: 'grace',
    says: /dial tcp|lookup |i\/o timeout|timed? ?out|deadline exceeded|connection (?:refused|reset)|no such host|no route to host|\bEOF\b|TLS handshake|\b50[0234]\b/i,
  },
  {
    reason: 'ImageNotFound',
    patience: 'none',
    says: /not found|manifest[ _]unknown|name[ _]unknown|no such (?:manifest|image)|does not exist|\b404\b/i,
  },
]

/** Removes `image` from the message first: an image may be called "timeout". */
export function classifyPullError(message: string, image: string): Pick<Trouble, 'reason' | 'patience'> {
  const text = image === '' ? message : message.replaceAll(image, ' ')
  const row = pullErrors.find(({ says }) => says.test(text))
  return row ? { reason: row.reason, patience: row.patience } : { reason: 'ImagePull', patience: 'grace' }
}
