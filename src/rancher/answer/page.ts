import { HeaderMap, httpResponse, type HttpResponse } from '../../model/http.ts'
import { text } from './present.ts'

/**
 * The HTML page for any v3 address: the console, if there is one, with the response as data in a non-executable block;
 * otherwise the response's JSON in the script variables of Rancher's page. Everything interpolated is JSON without `<`,
 * `>` and `&`, so it cannot break out of its script.
 */
export function apiPage(json: string, schemasUrl: string, page?: string): string {
  if (page !== undefined) return page.replace(placeholder, () => dataBlock(json, schemasUrl))
  return `
<!DOCTYPE html>
<!-- If you are reading this, there is a good chance you would prefer sending an
"Accept: application/json" header and receiving actual JSON responses. -->
<link rel="stylesheet" type="text/css" href="/api-ui/ui.min.css" />
<script src="/api-ui/ui.min.js"></script>
<script>
var user = "admin";
var curlUser='\${CATTLE_ACCESS_KEY}:\${CATTLE_SECRET_KEY}';
var schemas=${text(schemasUrl)};
var data =
${json}
</script>
`
}

const placeholder = '<!--answer-->'

function dataBlock(json: string, schemasUrl: string): string {
  return `<script type="application/json" id="answer">{"schemas":${text(schemasUrl)},"data":${json}}</script>`
}

/** Only our own files: no inline scripts or styles, no other origins, no framing. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

export function pageHeaders(page: string | undefined): Iterable<[string, string]> {
  if (page === undefined) return [['x-frame-options', 'deny']]
  return [
    ['content-type', 'text/html; charset=utf-8'],
    ['content-security-policy', contentSecurityPolicy],
    ['x-frame-options', 'deny'],
    ['x-content-type-options', 'nosniff'],
    ['referrer-policy', 'no-referrer'],
    ['cache-control', 'no-store'],
    // the same URL also answers JSON
    ['vary', 'Accept, User-Agent'],
  ]
}

/** The console without a v3 response. */
export function consolePage(page: string, status = 200): HttpResponse {
  return httpResponse(page.replace(placeholder, ''), {
    status,
    headers: new HeaderMap(Object.fromEntries(pageHeaders(page))),
  })
}
