import BetterSqlite3 from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { compileWhenUsed } from './late-statements.ts'

let db: BetterSqlite3.Database

beforeEach(() => {
  db = new BetterSqlite3(':memory:')
  db.exec(
    `CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT NOT NULL); INSERT INTO item VALUES (1, 'One'), (2, 'Two')`,
  )
  compileWhenUsed(db)
})
afterEach(() => db.close())

it('compiles a statement when it is first used, and then keeps it', () => {
  const later = db.prepare<[number], { title: string }>('SELECT title, added FROM item WHERE id = ?')
  expect(() => later.get(1)).toThrow('no such column: added')
  db.exec('ALTER TABLE item ADD COLUMN added INTEGER')
  expect(later.get(1)).toEqual({ title: 'One', added: null })
  expect(later.get(2)).toEqual({ title: 'Two', added: null })
  expect(later.source).toContain('FROM item')
  expect(later.database).toBe(db)
})

it('gives rows in the mode that was set before it was compiled, and after', () => {
  const titles = db.prepare('SELECT title FROM item ORDER BY id').pluck()
  expect(titles.all()).toEqual(['One', 'Two'])
  expect([...titles.iterate()]).toEqual(['One', 'Two'])
  expect(titles.pluck(false).get()).toEqual({ title: 'One' })
  expect(db.prepare('SELECT id, title FROM item WHERE id = 2').raw().get()).toEqual([2, 'Two'])
  expect(db.prepare('SELECT id FROM item').safeIntegers().pluck().get()).toBe(1n)
  expect(db.prepare('SELECT id FROM item WHERE title = ?').pluck().bind('Two').get()).toBe(2)
  expect(db.prepare('SELECT title FROM item WHERE id = 1').expand().get()).toEqual({ item: { title: 'One' } })
})

it('says what it is, and what it changed', () => {
  const read = db.prepare('SELECT id, title FROM item')
  expect(read.columns().map(({ name }) => name)).toEqual(['id', 'title'])
  expect([read.reader, read.readonly, read.busy]).toEqual([true, true, false])
  const write = db.prepare('DELETE FROM item WHERE id = @id')
  expect(write.run({ id: 2 })).toMatchObject({ changes: 1 })
  expect([write.reader, write.readonly]).toEqual([false, false])
})
