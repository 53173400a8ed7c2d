import type { Database } from './open.ts'

/** Runs work in one commit; if it throws, nothing of it has happened. */
export type InTransaction = <T>(work: () => T) => T

/**
 * Transactions that take the write lock immediately, so that what was read in them is still true when it is written.
 * Inside another transaction the work becomes part of that one: let its errors pass, or half of it would be committed.
 *
 * The statements are kept; better-sqlite3's own `transaction` builds new functions for each call, which is a tenth of a
 * single job's cost.
 */
export function transactionsOf(db: Database): InTransaction {
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  const rollback = db.prepare('ROLLBACK')
  return (work) => {
    if (db.inTransaction) return work()
    begin.run()
    try {
      const result = work()
      commit.run()
      return result
    } finally {
      // Still open only after a throw; SQLite may have undone it already (disk full).
      if (db.inTransaction) rollback.run()
    }
  }
}

/**
 * Transactions that do not wait for the disk: all or nothing like the others, and safe when the process is killed, but a
 * power cut may take the last of them. Any other transaction after them waits for them too. Only for what is worked out
 * again without them; inside another transaction the work is as durable as that one.
 */
export function unhurriedTransactionsOf(db: Database): InTransaction {
  const inTransaction = transactionsOf(db)
  return (work) => {
    if (db.inTransaction) return work()
    db.pragma('synchronous = NORMAL')
    try {
      return inTransaction(work)
    } finally {
      db.pragma('synchronous = FULL')
    }
  }
}

/**
 * Reads that belong together in one transaction: opening one for each of them costs three times the read itself. The work
 * must not write, for what was read first may have been changed by another process. Inside another transaction it is part
 * of that one.
 */
export function snapshotsOf(db: Database): InTransaction {
  const begin = db.prepare('BEGIN')
  const commit = db.prepare('COMMIT')
  return (work) => {
    if (db.inTransaction) return work()
    begin.run()
    try {
      return work()
    } finally {
      commit.run()
    }
  }
}
