import { caVariable, headersOf, keyVariable, type DescribedRequest } from './described-request.ts'
import { shellQuote } from './shell-quote.ts'

/**
 * For a POSIX shell. The key goes to curl on standard input, so that it stands in no process list; the server's
 * certificate is verified, by the CA file where one is named. Both come from the environment.
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
