import { describe, expect, it } from 'vitest'
import { classifyPullError } from './pull-error.ts'

const image = 'registry.example/acme/timeout:1'

describe('classifyPullError', () => {
  it.each([
    [
      'rpc error: code = NotFound desc = failed to pull and unpack image "IMAGE": failed to resolve reference "IMAGE": IMAGE: not found',
      'ImageNotFound',
      'none',
    ],
    ['manifest for IMAGE not found: manifest unknown: manifest unknown', 'ImageNotFound', 'none'],
    ['Error response from daemon: unknown: repository acme not found: NAME_UNKNOWN', 'ImageNotFound', 'none'],
    ['reading manifest 1 in registry.example/acme: manifest unknown', 'ImageNotFound', 'none'],
    ['no match for platform in manifest: not found', 'ImagePlatform', 'none'],
    ['no matching manifest for linux/arm64/v8 in the manifest list entries', 'ImagePlatform', 'none'],
    [
      "pull access denied for IMAGE, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
      'ImageDenied',
      'grace',
    ],
    ['failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized', 'ImageDenied', 'grace'],
    ['toomanyrequests: You have reached your pull rate limit', 'ImageRateLimit', 'grace'],
    ['Get "https://registry.example/v2/": x509: certificate signed by unknown authority', 'RegistryUntrusted', 'grace'],
    ['http: server gave HTTP response to HTTPS client', 'RegistryUntrusted', 'grace'],
    ['dial tcp: lookup registry.example on 10.0.0.10:53: no such host', 'RegistryUnreachable', 'grace'],
    [
      'net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
      'RegistryUnreachable',
      'grace',
    ],
    ['unexpected status from HEAD request: 503 Service Unavailable', 'RegistryUnreachable', 'grace'],
    ['Back-off pulling image "IMAGE"', 'ImagePull', 'grace'],
  ])('%s', (message, reason, patience) => {
    expect(classifyPullError(message.replaceAll('IMAGE', image), image)).toEqual({ reason, patience })
  })
})
