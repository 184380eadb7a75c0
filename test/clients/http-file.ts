import { readFile } from 'node:fs/promises'
import { nodeFetch } from '../../src/kube/index.ts'
import { httpRequest } from '../../src/model/http.ts'

interface Answer {
  status: number
  text: string
}

/** Runs a `.http` file as an editor's HTTP client does: expands variables and sends exactly the rest. */
export async function sendHttpFile(
  text: string,
  variables: Readonly<Record<string, string>>,
  caFile: string,
): Promise<Answer> {
  const filled = text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => variables[name] ?? '')
  const end = filled.indexOf('\n\n')
  const [first = '', ...lines] = (end < 0 ? filled : filled.slice(0, end)).trimEnd().split('\n')
  const [method = '', url = ''] = first.split(' ')
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  )
  using fetch = nodeFetch({ ca: await readFile(caFile, 'utf8') })
  const body = end < 0 ? null : filled.slice(end + 2)
  const response = await fetch(httpRequest(url, { method, headers, body }))
  return { status: response.status, text: await response.text() }
}
