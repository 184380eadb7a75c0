import { caVariable, headersOf, keyVariable, type DescribedRequest } from './described-request.ts'

/** An ES module using Node's fetch. Node reads its CA file from NODE_EXTRA_CA_CERTS at start. */
export function javascriptRequest(request: DescribedRequest): string {
  const { method, url, body } = request
  const headers = Object.entries(headersOf(request)).map(([name, value]) => `    ${quote(name)}: ${quote(value)},`)
  const lines = [
    `// NODE_EXTRA_CA_CERTS="$${caVariable}" node request.mjs`,
    ...(body === undefined ? [] : [`const body = ${literal(body)}`, '']),
    `const response = await fetch(${quote(url)}, {`,
    `  method: ${quote(method)},`,
    '  headers: {',
    `    Authorization: \`Bearer \${process.env.${keyVariable}}\`,`,
    ...headers,
    '  },',
    ...(body === undefined ? [] : ['  body: JSON.stringify(body),']),
    '})',
    'console.log(response.status, await response.text())',
    'if (!response.ok) process.exitCode = 1',
    '',
  ]
  return lines.join('\n')
}

function quote(text: string): string {
  return JSON.stringify(text)
}

/** In an object literal `__proto__` sets the prototype; a computed name defines an ordinary property. */
function literal(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll(/^(\s*)"__proto__":/gm, '$1["__proto__"]:')
}
