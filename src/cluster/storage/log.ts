import { closeSync, existsSync, mkdirSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { Database as DatabaseConnection } from 'libsql'
import { DroverError } from '../../model/errors.ts'
import { lockFolder } from './folder-lock.ts'

/** One write. Rows are immutable; a key's newest row is its state. */
export interface LogRow extends LogKey {
  /** JSON; for a deletion the last state. */
  value: string
}

/** A row without its value, which is read on demand, so that opening a cluster does not read everything. */
export interface LogKey {
  revision: number
  key: string
  /** Revision of the replaced row; 0 for a creation. */
  previous: number
  deleted: boolean
}

export interface EventLog {
  /** History up to this revision may be incomplete. */
  readonly compacted: number
  /** Whether values can be read back. False for an in-memory cluster. */
  readonly keeps: boolean
  /** Every row, oldest first. */
  rows(): Iterable<LogKey>
  /** The value of a row that is not compacted. */
  value(revision: number): string
  /** Atomic, and durable on return. */
  append(rows: readonly LogRow[]): void
  /** Deletes rows that were replaced or deleted at or before the revision. */
  compact(revision: number): void
  close(): void
}

const fileName = 'cluster.db'
/** "Drvr" in the database's header identifies our files. */
const applicationId = 0x44727672
const formatVersion = 1

const schema = `
  create table log (
    revision integer primary key,
    key text not null,
    previous integer not null,
    deleted integer not null,
    value text not null
  ) strict;
  create table compaction (revision integer not null) strict;
  insert into compaction values (0);
  pragma application_id = ${applicationId};
  pragma user_version = ${formatVersion};
`

/**
 * Opens the log of a data folder, creating it if needed; without a folder nothing is kept. One process at a time:
 * raises `LOCKED` if another has it open, `CORRUPT` if the file is not a readable log.
 */
export async function openLog(directory?: string): Promise<EventLog> {
  if (directory === undefined) return new NoLog()
  const { default: Database } = await import('libsql')
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const release = lockFolder(directory)
  const path = join(directory, fileName)
  let connection: DatabaseConnection | undefined
  try {
    checkHeader(path)
    connection = new Database(path, { timeout: 0 })
    return new SqliteLog(connection, path, release)
  } catch (error) {
    connection?.close()
    release()
    throw translate(error, path)
  }
}

/** For an in-memory cluster, whose store holds everything. */
class NoLog implements EventLog {
  readonly keeps = false
  compacted = 0

  rows(): Iterable<LogKey> {
    return []
  }

  value(revision: number): string {
    throw new Error(`revision ${revision} is not kept`)
  }

  append(): void {}

  compact(revision: number): void {
    this.compacted = revision
  }

  close(): void {}
}

class SqliteLog implements EventLog {
  readonly keeps = true
  compacted: number
  readonly #connection: DatabaseConnection
  readonly #path: string
  readonly #release: () => void
  readonly #select
  readonly #insert
  readonly #begin
  readonly #commit

  constructor(connection: DatabaseConnection, path: string, release: () => void) {
    this.#release = release
    this.#connection = connection
    this.#path = path
    // only possible in an empty file
    connection.pragma('auto_vacuum = INCREMENTAL')
    connection.pragma('journal_mode = WAL')
    connection.pragma('synchronous = FULL')
    const { count } = connection.prepare('select count(*) as count from sqlite_master').get() as { count: number }
    if (count === 0) connection.exec(`begin immediate; ${schema} commit`)
    const row = connection.prepare('select revision from compaction').get() as { revision: number }
    this.compacted = row.revision
    this.#select = connection.prepare('select value from log where revision = ?')
    this.#insert = connection.prepare('insert into log values (?, ?, ?, ?, ?)')
    this.#begin = connection.prepare('begin immediate')
    this.#commit = connection.prepare('commit')
  }

  *rows(): Iterable<LogKey> {
    const all = 'select revision, key, previous, deleted from log order by revision'
    const rows = this.#connection.prepare(all).raw().iterate()
    try {
      for (const row of rows) {
        const [revision, key, previous, deleted] = row as [number, string, number, number]
        yield { revision, key, previous, deleted: deleted === 1 }
      }
    } catch (error) {
      throw corrupt(this.#path, error)
    }
  }

  value(revision: number): string {
    const row = this.#select.get(revision) as { value: string } | undefined
    if (!row) throw new Error(`revision ${revision} is not in the log`)
    return row.value
  }

  append(rows: readonly LogRow[]): void {
    this.#begin.run()
    try {
      for (const { revision, key, value, previous, deleted } of rows) {
        this.#insert.run(revision, key, previous, deleted ? 1 : 0, value)
      }
      this.#commit.run()
    } catch (error) {
      this.#rollBack()
      throw error
    }
  }

  compact(revision: number): void {
    const replaced = 'select previous from log where revision > ? and revision <= ? and previous > 0'
    const span = [this.compacted, revision]
    this.#begin.run()
    try {
      this.#connection.prepare(`delete from log where revision in (${replaced})`).run(...span)
      this.#connection.prepare('delete from log where deleted = 1 and revision > ? and revision <= ?').run(...span)
      this.#connection.prepare('update compaction set revision = ?').run(revision)
      this.#commit.run()
    } catch (error) {
      this.#rollBack()
      throw error
    }
    this.compacted = revision
    this.#connection.pragma('incremental_vacuum')
  }

  close(): void {
    try {
      this.#connection.pragma('wal_checkpoint(TRUNCATE)')
    } catch {
      // disk full or damaged: the write-ahead log stays and is read at the next start
    }
    this.#connection.close()
    this.#release()
  }

  #rollBack(): void {
    try {
      this.#connection.exec('rollback')
    } catch {
      // SQLite has already rolled back (disk full, I/O error)
    }
  }
}

/** Keeps SQLite away from files that are not ours. */
function checkHeader(path: string): void {
  if (!existsSync(path)) return
  const header = Buffer.alloc(100)
  const file = openSync(path, 'r')
  const length = readSync(file, header, 0, 100, 0)
  closeSync(file)
  if (length === 0) return
  if (length < 100 || header.toString('latin1', 0, 16) !== 'SQLite format 3\0') throw corrupt(path)
  const [version, id] = [header.readUInt32BE(60), header.readUInt32BE(68)]
  if (id === 0 && version === 0) return
  if (id !== applicationId) throw corrupt(path)
  if (version > formatVersion) {
    throw new DroverError(
      'UNSUPPORTED',
      `${path} has format ${version}; this Drover reads up to format ${formatVersion}. Use a newer Drover, or another data folder.`,
    )
  }
}

function translate(error: unknown, path: string): unknown {
  const { code, message } = error as { code?: unknown; message?: unknown }
  if (code === 'SQLITE_NOTADB' || code === 'SQLITE_CORRUPT') return corrupt(path, error)
  if (/no such table|no such column/.test(String(message))) return corrupt(path, error)
  return error
}

function corrupt(path: string, cause?: unknown): DroverError {
  return new DroverError(
    'CORRUPT',
    `${path} cannot be read as a Drover cluster. Nothing was changed: restore it from a backup, or move it away to start anew.`,
    { cause },
  )
}
