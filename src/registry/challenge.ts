/** The challenge of a 401 (RFC 9110 11.6.1; distribution token specification). */
export interface Challenge {
  scheme: 'basic' | 'bearer'
  parameters: Record<string, string>
}

/** The strongest supported challenge, if any. */
export function parseChallenge(header: string | null): Challenge | undefined {
  const found = [...(header ?? '').matchAll(/(?:^|,\s*)(basic|bearer)\b((?:\s*,?\s*[a-z_]+=(?:"[^"]*"|[^\s,"]+))*)/gi)]
  const challenges = found.map(([, scheme = '', text = '']) => ({
    scheme: scheme.toLowerCase() as Challenge['scheme'],
    parameters: parametersIn(text),
  }))
  return challenges.find(({ scheme }) => scheme === 'bearer') ?? challenges[0]
}

function parametersIn(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([a-z_]+)=(?:"([^"]*)"|([^\s,"]+))/gi)]
  return Object.fromEntries(pairs.map(([, name = '', quoted, bare = '']) => [name.toLowerCase(), quoted ?? bare]))
}
