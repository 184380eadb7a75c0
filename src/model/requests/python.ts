import { caVariable, headersOf, keyVariable, type DescribedRequest } from './described-request.ts'

/** Python 3, standard library only. */
export function pythonRequest(request: DescribedRequest): string {
  const { method, url, body } = request
  const headers = Object.entries(headersOf(request)).map(([name, value]) => `        ${quote(name)}: ${quote(value)},`)
  const data = body === undefined ? [] : [`    data=json.dumps(body).encode(),`]
  return [
    'import json',
    'import os',
    'import ssl',
    'import sys',
    'import urllib.error',
    'import urllib.request',
    '',
    ...(body === undefined ? [] : [`body = ${pythonValue(body, '')}`, '']),
    'request = urllib.request.Request(',
    `    ${quote(url)},`,
    `    method=${quote(method)},`,
    ...data,
    '    headers={',
    `        "Authorization": "Bearer " + os.environ[${quote(keyVariable)}],`,
    ...headers,
    '    },',
    ')',
    `trust = ssl.create_default_context(cafile=os.environ.get(${quote(caVariable)}))`,
    'try:',
    '    with urllib.request.urlopen(request, context=trust) as response:',
    '        print(response.status, response.read().decode())',
    'except urllib.error.HTTPError as error:',
    '    sys.exit(f"{error.code} {error.read().decode()}")',
    '',
  ].join('\n')
}

/** JSON's escapes are valid in Python, except that characters beyond the BMP must stay unescaped. */
function quote(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\uffff]|[\ud800-\udbff][\udc00-\udfff]/g, (found) => {
    const code = found.codePointAt(0) ?? 0
    return code > 0xff_ff ? found : `\\u${code.toString(16).padStart(4, '0')}`
  })
}

function pythonValue(value: unknown, indent: string): string {
  const inner = `${indent}    `
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    return `[\n${value.map((one) => `${inner}${pythonValue(one, inner)},\n`).join('')}${indent}]`
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, one]) => one !== undefined)
    if (entries.length === 0) return '{}'
    return `{\n${entries.map(([name, one]) => `${inner}${quote(name)}: ${pythonValue(one, inner)},\n`).join('')}${indent}}`
  }
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return value === null || value === undefined ? 'None' : JSON.stringify(value)
}
