import { text } from './present.ts'

/**
 * The page a browser gets for any v3 address: the answer's JSON in script variables, shown by the API browser's script.
 * Everything interpolated is JSON without `<`, `>` and `&`, so it cannot leave its script.
 */
export function apiPage(json: string, schemasUrl: string): string {
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
