import { expect, it } from 'vitest'
import { freshDatabase } from '../../../test/harness/fresh-database.ts'
import type { Database } from './open.ts'
import { transactionsOf, unhurriedTransactionsOf } from './transaction.ts'

const normal = 1
const full = 2

function setUp() {
  const db = freshDatabase()
  db.exec('CREATE TABLE number (value INTEGER NOT NULL) STRICT')
  return { db, add: db.prepare<[number]>('INSERT INTO number VALUES (?)') }
}
const durability = (db: Database) => db.pragma('synchronous', { simple: true })
const numbers = (db: Database) => db.prepare('SELECT value FROM number').pluck().all()

it('does not wait for the disk in an unhurried transaction, and does in the next', () => {
  const { db, add } = setUp()
  const seen = unhurriedTransactionsOf(db)(() => {
    add.run(1)
    return durability(db)
  })
  expect([seen, durability(db), numbers(db)]).toEqual([normal, full, [1]])
})

it('waits for the disk again after an unhurried transaction that failed, of which nothing is left', () => {
  const { db, add } = setUp()
  const failing = () =>
    unhurriedTransactionsOf(db)(() => {
      add.run(1)
      throw new Error('no')
    })
  expect(failing).toThrow('no')
  expect([durability(db), db.inTransaction, numbers(db)]).toEqual([full, false, []])
})

it('leaves the transaction around it as durable as it is', () => {
  const { db, add } = setUp()
  const seen = transactionsOf(db)(() =>
    unhurriedTransactionsOf(db)(() => {
      add.run(1)
      return durability(db)
    }),
  )
  expect([seen, durability(db), numbers(db)]).toEqual([full, full, [1]])
})
