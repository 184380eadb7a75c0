import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { TableColumn } from '../resource.ts'
import { resourceTypes } from './index.ts'

/** Columns as a genuine API server's Tables describe them. */

interface TableRecording {
  request: { path: string }
  response: {
    body: {
      kind?: string
      columnDefinitions?: Omit<TableColumn, 'cell'>[]
      rows?: { cells: unknown[]; object?: unknown }[] | null
    }
  }
}

const folder = new URL('../../../test/recordings/kubernetes-1.21/', import.meta.url)
const pathPattern = /^\/(?:api|apis\/([^/]+))\/([^/]+)(?:\/namespaces\/[^/]+)?\/([^/?]+)(?:\?.*)?$/

for (const name of readdirSync(folder).filter((file) => /^11[123]\d-/.test(file))) {
  const { request, response } = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as TableRecording
  const match = pathPattern.exec(request.path)
  const type =
    match &&
    resourceTypes.find((one) => one.group === (match[1] ?? '') && one.version === match[2] && one.plural === match[3])
  if (!type || response.body.kind !== 'Table') continue

  test(`the columns of ${type.plural} are as in ${name}`, () => {
    const columns = type.columns.map(({ name, type: cellType, format, description, priority }) => ({
      name,
      type: cellType,
      format,
      description,
      priority,
    }))
    expect(columns).toEqual(response.body.columnDefinitions)
  })
}
