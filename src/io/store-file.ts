import { existsSync, mkdirSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { MIGRATIONS } from './store-schema.ts'

/** The open database; `close` also gives up the lock on it. */
export type StoreFile = { readonly db: DatabaseSync; readonly close: () => void }

/** 'Roll': SQLite's `application_id`, by which we know our own files. */
const APPLICATION_ID = 0x526f6c6c
const SQLITE_BUSY = 5
const SQLITE_NOTADB = 26
/** How long we wait for somebody who looks into the file by hand while we run. */
const BUSY_MS = 5_000

/**
 * Opens the database, creates it (and its directory) or brings it to the newest version.
 * @throws {Error} fit to be shown, when the file is in use, not ours, newer than this program, or cannot be opened
 */
export function openFile(path: string): StoreFile {
  try {
    mkdirSync(dirname(resolve(path)), { recursive: true })
    const file = realFile(path)
    const lock = lockBeside(file)
    try {
      const db = openDatabase(file)
      return { db, close: () => closeBoth(db, lock) }
    } catch (fault) {
      lock.close()
      throw fault
    }
  } catch (fault) {
    throw new Error(`The store ${path} cannot be opened: ${inWords(fault)}`, { cause: fault })
  }
}

function inWords(fault: unknown): string {
  if (codeOf(fault) === SQLITE_NOTADB) return 'this file is not a database.'
  return fault instanceof Error ? fault.message : String(fault)
}

const codeOf = (fault: unknown): unknown => (fault instanceof Error && 'errcode' in fault ? fault.errcode : null)

/** Two names of one file must meet at one lock. */
function realFile(path: string): string {
  const file = resolve(path)
  return existsSync(file) ? realpathSync(file) : join(realpathSync(dirname(file)), basename(file))
}

/**
 * Keeps every other process out for as long as we live: an exclusive transaction on a database of its own is a lock of
 * the operating system, which a killed process leaves behind no more than a stopped one. The database itself stays
 * readable for a person's tools.
 */
function lockBeside(file: string): DatabaseSync {
  const lock = new DatabaseSync(`${file}-lock`, { timeout: 0 })
  try {
    lock.exec('begin exclusive')
    return lock
  } catch (fault) {
    lock.close()
    if (codeOf(fault) !== SQLITE_BUSY) throw fault
    throw new Error('it is in use by another rollcall.', { cause: fault })
  }
}

function openDatabase(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: BUSY_MS, defensive: true })
  try {
    // First of all: a file that is not ours must stay as it is, and the journal mode is written into it.
    const version = versionOf(db)
    db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma journal_size_limit = 33554432')
    migrate(db, version)
    return db
  } catch (fault) {
    db.close()
    throw fault
  }
}

const numberOf = (db: DatabaseSync, text: string): number => Number(Object.values(db.prepare(text).get() ?? {})[0])

/** The version of the tables, 0 for a new file. */
function versionOf(db: DatabaseSync): number {
  const isEmpty = numberOf(db, 'select count(*) from sqlite_schema') === 0
  const owner = numberOf(db, 'pragma application_id')
  if (isEmpty && owner === 0) return 0
  if (owner !== APPLICATION_ID) throw new Error('this is a database of another program.')
  const version = isEmpty ? 0 : numberOf(db, 'select max(version) from migrations')
  if (version <= MIGRATIONS.length) return version
  throw new Error(
    `it was written by a newer rollcall (version ${version}); this one knows versions up to ${MIGRATIONS.length}.`,
  )
}

/** Each step with its number in one transaction: a kill in between leaves the version before or the one after. */
function migrate(db: DatabaseSync, from: number): void {
  for (const [index, statements] of MIGRATIONS.entries()) {
    const version = index + 1
    if (version <= from) continue
    db.exec('begin immediate')
    if (version === 1) {
      db.exec(`pragma application_id = ${APPLICATION_ID}`)
      db.exec('create table migrations (version integer primary key, at integer not null)')
    }
    db.exec(statements)
    db.prepare('insert into migrations (version, at) values (?, ?)').run(version, Date.now())
    db.exec('commit')
  }
}

function closeBoth(db: DatabaseSync, lock: DatabaseSync): void {
  db.close()
  lock.close()
}
