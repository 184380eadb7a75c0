import { caVariable, headersOf, keyVariable, type DescribedRequest } from './described-request.ts'
import { shellQuote } from './shell-quote.ts'

/**
 * For a POSIX shell. curl reads the key from standard input, so it appears in no process list; the server's certificate
 * is verified, against the CA file if one is set. Key and CA come from the environment.
 */
export function curlRequest(request: DescribedRequest): string {
  const { method, url, body } = request
  const lines = [
    `curl --fail-with-body --silent --show-error --globoff`,
    ...(method === 'GET' ? [] : [`--request ${shellQuote(method)}`]),
    `\${${caVariable}:+--cacert} \${${caVariable}:+"$${caVariable}"}`,
    `--config -`,
    ...Object.entries(headersOf(request)).map(([name, value]) => `--header ${shellQuote(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`--data-raw ${shellQuote(JSON.stringify(body))}`]),
    shellQuote(url),
  ]
  return `printf 'header = "Authorization: Bearer %s"\\n' "$${keyVariable}" |\n  ${lines.join(' \\\n    ')}\n`
}
