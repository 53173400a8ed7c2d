/** Statements are compiled when they are first used, which for some is once in years: here each is, when it is prepared. */
import BetterSqlite3 from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startTestEngine } from './test-engine.ts'

type Prepare = (this: BetterSqlite3.Database, sql: string) => BetterSqlite3.Statement

const prepared = new Set<string>()
const original = BetterSqlite3.prototype.prepare

beforeEach(() => {
  // What `compileWhenUsed` puts in the place of a database's own `prepare`, with a look at each statement that forces it.
  Object.defineProperty(BetterSqlite3.prototype, 'prepare', {
    configurable: true,
    get: () => original,
    set(this: BetterSqlite3.Database, later: Prepare) {
      const compiled: Prepare = (sql) => {
        const statement = later.call(this, sql)
        prepared.add(`${sql} ${statement.reader ? 'reads' : 'writes'}`)
        return statement
      }
      Object.defineProperty(this, 'prepare', { value: compiled })
    },
  })
})
afterEach(() => {
  Object.defineProperty(BetterSqlite3.prototype, 'prepare', { configurable: true, writable: true, value: original })
})

it('every statement that an engine keeps can be compiled', async () => {
  await using app = await startTestEngine({ scenes: 1 })
  await app.hook(1)
  await app.settled()
  expect(app.text(1, 'title')).toBe('Scene 1')
  expect(prepared.size).toBeGreaterThan(250)
})
