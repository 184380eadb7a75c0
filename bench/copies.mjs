// Fills a large cluster quickly: creates a few objects through the API and copies them in the embedded cluster's log.
import { join } from 'node:path'
import Database from 'libsql'

/**
 * Copies every object in these buckets (`apps/deployments`) `count` times, with the copy's number in names and uids,
 * including those of owners. The cluster must be closed.
 */
export function copyObjects(directory, buckets, name, count) {
  const database = new Database(join(directory, 'cluster.db'))
  const rows = database.prepare('select key, value from log where deleted = 0 order by revision').all()
  const newest = new Map(rows.filter(({ key }) => buckets.includes(key.split(':')[0])).map((row) => [row.key, row]))
  let { revision } = database.prepare('select max(revision) as revision from log').get()
  const insert = database.prepare('insert into log values (?, ?, 0, 0, ?)')
  database.exec('begin')
  for (let copy = 0; copy < count; copy += 1) {
    const renamed = (text) => text.replaceAll(name, `${name}-${copy}`)
    const mark = copy.toString(16).padStart(8, '0')
    for (const { key, value } of newest.values()) {
      const version = `"resourceVersion":"${(revision += 1)}"`
      const uids = value.replaceAll(/"uid":"[0-9a-f]{8}/g, `"uid":"${mark}`)
      insert.run(revision, renamed(key), renamed(uids).replace(/"resourceVersion":"\d+"/, version))
    }
  }
  database.exec('commit')
  database.close()
}
